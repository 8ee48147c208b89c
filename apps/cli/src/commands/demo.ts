/** @file `./colloid demo`: from a clean clone to a dataset in the browser. */

import { type Catalog, listenRunEvents, openCatalog } from '@colloid/catalog';
import { openQueue } from '@colloid/pipeline';
import { openObjectStore } from '@colloid/storage';

import { build } from '../build.ts';
import { type DemoDataset, demoSignIn, prepareDemo } from '../demo-dataset.ts';
import { readEnvironment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { type Services, startServices } from '../services.ts';
import { formatSeconds, say, showProgress } from '../terminal.ts';
import { untilInterrupted } from './up.ts';

type Run = NonNullable<Awaited<ReturnType<Catalog['execution']['loadRun']>>>;

/** The one JSON object that `--exit` prints last. Angles in radians, shares 0 to 1. */
interface DemoFigures {
  readonly dataset: string;
  readonly version: number;
  readonly identities: number;
  readonly samples: number;
  readonly secondsPerStage: unknown;
  readonly before: unknown;
  readonly after: unknown;
  readonly intraBelowInter: unknown;
}

/** Builds, starts everything, samples the demo dataset, prints where to look, and stays unless told to exit. */
export async function demo({ exit = false }: { readonly exit?: boolean }): Promise<void> {
  const environment = readEnvironment();
  say('Building…');
  await build();
  const services = await startServices(environment, { say });
  let figures: DemoFigures;
  try {
    figures = await Promise.race([sampleDemo(services), services.failed]);
  } catch (error) {
    await services.stop();
    throw error;
  }
  if (exit) {
    await services.stop();
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    return;
  }
  say('Press Ctrl-C to stop; ./colloid up starts it again with the same data.');
  await untilInterrupted(services);
}

async function sampleDemo(services: Services): Promise<DemoFigures> {
  await using stack = new AsyncDisposableStack();
  const catalog = await openCatalog({ databaseUrl: services.databaseUrl });
  stack.defer(() => catalog.close());
  const store = await openObjectStore(services.storeConfig);
  stack.defer(() => store.close());
  const queue = await openQueue({
    databaseUrl: services.databaseUrl,
    onError: (error) => say(`The job queue reported: ${error.message}`),
  });
  stack.defer(() => queue.stop());

  const made = await prepareDemo({ catalog, store, queue, secret: services.secret });
  const datasetPath = `/t/${made.teamSlug}/d/${made.datasetSlug}`;
  const watch = await demoSignIn(
    { catalog, secret: services.secret },
    `${datasetPath}/runs/${made.runNumber}`,
  );
  say(`\nWatch it live:  ${services.url}${watch}\n`);
  const run = await followRun(catalog, made, services.databaseUrl);
  const version = await catalog.versions.latestVersions({
    actor: made.actor,
    datasetIds: [made.datasetId],
  });
  const [latest] = version;
  if (latest == null)
    throw new CliError('RUN_FAILED', 'The run ended without a version; its log says why.');
  const open = await demoSignIn(
    { catalog, secret: services.secret },
    `${datasetPath}/v/${latest.number}`,
  );
  say(`\nReady. Open:  ${services.url}${open}\n`);
  const summary = run.summary as {
    before: unknown;
    after: unknown;
    intraBelowInter: unknown;
  } | null;
  return {
    dataset: `${made.teamSlug}/${made.datasetSlug}`,
    version: latest.number,
    identities: latest.identityCount,
    samples: latest.sampleCount,
    secondsPerStage: run.secondsPerStage,
    before: summary?.before,
    after: summary?.after,
    intraBelowInter: summary?.intraBelowInter,
  };
}

async function followRun(catalog: Catalog, made: DemoDataset, databaseUrl: string): Promise<Run> {
  const stop = new AbortController();
  try {
    for await (const _ of listenRunEvents({ databaseUrl, signal: stop.signal })) {
      const run = await catalog.execution.loadRun(made.runId);
      if (run === null)
        throw new CliError('RUN_FAILED', 'The demo run was deleted while it went on.');
      showProgress(
        run.stage === null ? 'Waiting for a worker' : STAGE_NAMES[run.stage],
        run.progress,
        run.secondsLeft,
      );
      if (run.state === 'SUCCEEDED') {
        say(
          `Sampled in ${formatSeconds(((run.finishedAt ?? run.createdAt).getTime() - run.createdAt.getTime()) / 1000)}.`,
        );
        return run;
      }
      if (run.state === 'FAILED' || run.state === 'CANCELLED') {
        throw new CliError(
          'RUN_FAILED',
          run.failure ??
            'The demo run was cancelled; name another data folder with COLLOID_DATA to sample again.',
        );
      }
    }
    throw new CliError('RUN_FAILED', 'News of the demo run ended; the database was stopped.');
  } finally {
    stop.abort();
  }
}

const STAGE_NAMES: Record<NonNullable<Run['stage']>, string> = {
  PREPARE: 'Preparing models',
  REFERENCES: 'Moving identities apart',
  VARIATIONS: 'Spreading variations',
  RENDER: 'Rendering images',
  MEASURE: 'Measuring',
  COMMIT: 'Committing the version',
};
