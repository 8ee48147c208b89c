/** @file `./colloid import DIR|FILES.tar`: images from outside become a version of a dataset. */

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

import type { Actor, Catalog, Run } from '@colloid/catalog';
import { executeRun, openComputeHost, openQueue, runNeeds } from '@colloid/pipeline';
import { openRuntime } from '@colloid/sampler';

import { type CliEnvironment, readEnvironment } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import { type Installation, openInstallation } from '../../installation.ts';
import { say, showProgress } from '../../terminal.ts';
import { findDataset } from '../find-dataset.ts';
import { findTeam } from '../models/find-team.ts';
import { storeSource } from './store-source.ts';

const LOOK_EVERY_MS = 500;
/** Left-out files that are named; the run's page names more. */
const MOST_LISTED = 20;

export interface ImportOptions {
  readonly dataset: string;
  readonly team?: string;
  readonly name?: string;
  readonly recogniser?: string;
  readonly ict: string;
  readonly licence?: string;
  readonly synthetic?: boolean;
  readonly message?: string;
  readonly json?: boolean;
}

/** Imports, and shows what became of it. @throws {CliError} `INPUT_FILE`, `RUN_FAILED` with the reason, and those of its options */
export async function importImages(
  paths: readonly string[],
  options: ImportOptions,
): Promise<void> {
  const interClassThreshold = Number(options.ict);
  if (!(interClassThreshold > 0 && interClassThreshold <= Math.PI)) {
    throw new CliError(
      'INVALID_OPTION',
      `--ict is '${options.ict}'; give an angle above 0 and at most ${Math.PI.toFixed(4)} radians.`,
    );
  }
  const environment = readEnvironment();
  await using installation = await openInstallation(environment);
  const { catalog, store, databaseUrl } = installation;
  const { team, owner } = await findTeam(catalog, options.team);
  const datasetId = await findDataset(catalog, team, options.dataset);
  const recogniserVersionId = await findRecogniser(catalog, { owner, teamId: team.id }, options);
  const stored = await storeSource(store, paths);
  const queue = await openQueue({
    databaseUrl,
    onError: (error) => say(`The job queue reported: ${error.message}`),
  });
  let run: Run;
  try {
    run = await catalog.runs.createImport(
      {
        ...stored,
        actor: owner,
        datasetId,
        name: options.name ?? stored.name,
        licence: options.licence,
        isSynthetic: options.synthetic ?? false,
        message: options.message,
        recogniserVersionId,
        interClassThreshold,
      },
      // Whoever finds the job goes on with the import, should this command be interrupted.
      (transaction, runId, definition) =>
        queue.enqueueRun(transaction, runId, runNeeds(definition)),
    );
  } finally {
    await queue.stop({ graceMs: 0 });
  }
  const workers = await catalog.workers.listWorkers({ seenWithinSeconds: 30 });
  await Promise.all([
    workers.length > 0 ? undefined : workHere(installation, environment, run.id),
    follow(catalog, run.id),
  ]);
  await report(catalog, { owner, run, team: team.slug }, options);
}

/** Without a worker on the installation, this process is one for the time of the import. */
async function workHere(
  { catalog, store }: Installation,
  { COLLOID_PROVIDER: provider, COLLOID_THREADS: threads }: CliEnvironment,
  runId: string,
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const runtime = await openRuntime({ provider, ...(threads === undefined ? {} : { threads }) });
  stack.defer(() => runtime.close());
  const host = openComputeHost({ store, runtime });
  stack.defer(() => host.close());
  await executeRun({
    catalog,
    store,
    host,
    runId,
    workerId: randomUUID(),
    machine: hostname(),
    signal: new AbortController().signal,
    clock: () => performance.now() / 1000,
  });
}

/** Shows how far the run is until it has ended. */
async function follow({ execution }: Catalog, runId: string): Promise<void> {
  for (;;) {
    const run = await execution.loadRun(runId);
    if (run === null || run.finishedAt !== null) return;
    const label = run.stage === null ? 'Waiting for a worker' : STAGES[run.stage];
    showProgress(label, run.progress, run.secondsLeft);
    await delay(LOOK_EVERY_MS);
  }
}

async function report(
  { prisma, versions, execution }: Catalog,
  at: { readonly owner: Actor; readonly run: Run; readonly team: string },
  { dataset, json }: ImportOptions,
): Promise<void> {
  const { owner: actor, team } = at;
  const { id: runId, number } = at.run;
  const warnings = await prisma.runLogLine.findMany({
    where: { runId, level: 'warn' },
    orderBy: { sequence: 'asc' },
  });
  for (const { message } of warnings.slice(0, MOST_LISTED)) say(message);
  if (warnings.length > MOST_LISTED)
    say(`The page of run ${number} tells of all that is left out.`);
  const run = await execution.loadRun(runId);
  const [made] = await versions.versionsOfRuns({ actor, runIds: [runId] });
  const version = made?.[0];
  if (run?.state !== 'SUCCEEDED' || version === undefined) {
    const reason = run?.failure ?? `Run ${number} was cancelled; import again.`;
    throw new CliError('RUN_FAILED', reason);
  }
  const { identityCount: identities, sampleCount: samples, digest } = version;
  if (json === true) {
    const figures = {
      team,
      dataset,
      run: number,
      version: version.number,
      identities,
      samples,
      digest,
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    return;
  }
  say(
    `Version ${version.number} of ${team}/${dataset} holds ${identities} identities with ${samples} images.`,
  );
}

async function findRecogniser(
  catalog: Catalog,
  { owner, teamId }: { readonly owner: Actor; readonly teamId: string },
  { recogniser }: ImportOptions,
): Promise<string | null> {
  if (recogniser === undefined) return null;
  const models = await catalog.models.listModelVersions({ actor: owner, teamId });
  const known = models
    .filter(({ kind }) => kind === 'RECOGNISER')
    .map(({ id, name, version }) => ({ id, reference: `${name}@${version}` }));
  const found = known.find(({ reference }) => reference === recogniser);
  if (found !== undefined) return found.id;
  const names = known.map(({ reference }) => reference).join(', ');
  throw new CliError(
    'RECOGNISER_UNKNOWN',
    names === ''
      ? `The team has no recogniser '${recogniser}', and no other; add one with ./colloid models add.`
      : `The team has no recogniser '${recogniser}'; there are: ${names}.`,
  );
}

const STAGES: Record<NonNullable<Run['stage']>, string> = {
  PREPARE: 'Reading the images',
  REFERENCES: 'Moving identities apart',
  VARIATIONS: 'Spreading variations',
  RENDER: 'Packing the images',
  MEASURE: 'Measuring',
  COMMIT: 'Committing the version',
};
