/** @file `./colloid models add DIR`: stores a model's files, checks it, and registers it with a team. */

import type { ModelVersion } from '@colloid/catalog';
import { checkModelVersion, submitModel, ZStoredModelReport } from '@colloid/pipeline';
import {
  CHECK_TITLES,
  filesOf,
  type InspectionLimits,
  largestFile,
  openModelFile,
  readModelManifest,
} from '@colloid/sampler';
import { type ObjectStore, putContentStream } from '@colloid/storage';

import { type CliEnvironment, readEnvironment } from '../../environment.ts';
import { openInstallation } from '../../installation.ts';
import { say, showProgress } from '../../terminal.ts';
import { printReport } from './check.ts';
import { findTeam } from './find-team.ts';

/** What `--json` prints last. */
interface AddedModel {
  readonly team: string;
  readonly kind: ModelVersion['kind'];
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly state: ModelVersion['state'];
  readonly refusal: string | null;
  readonly report: ModelVersion['report'];
}

/** Registers the model and prints its report; the exit status is 1 when it is refused. */
export async function addModel(
  folder: string,
  options: { readonly team?: string; readonly json?: boolean },
): Promise<void> {
  const environment = readEnvironment();
  await using installation = await openInstallation(environment);
  const { catalog, store } = installation;
  const { team, owner } = await findTeam(catalog, options.team);
  const files = await storeFiles(store, folder);
  const submitted = await submitModel({
    catalog,
    store,
    actor: owner,
    teamId: team.id,
    files,
    // The check is made here and now. Interrupted, the same command takes it up again.
    enqueue: async () => undefined,
  });
  await checkModelVersion({
    catalog,
    store,
    modelVersionId: submitted.id,
    provider: environment.COLLOID_PROVIDER,
    threads: environment.COLLOID_THREADS,
    limits: limitsOf(environment),
    onCheck: (event) => {
      if (event.kind === 'begun') showProgress(CHECK_TITLES[event.id], 0, null);
    },
  });
  const [model] = await catalog.models.modelVersionsByIds({ actor: owner, ids: [submitted.id] });
  const version = model ?? submitted;
  if (options.json === true) process.stdout.write(`${JSON.stringify(added(team.slug, version))}\n`);
  else show(team.slug, version);
  if (version.state !== 'READY') process.exitCode = 1;
}

/** Puts every file that the manifest names into the store, by digest. */
async function storeFiles(store: ObjectStore, folder: string): Promise<Record<string, string>> {
  const manifest = await readModelManifest(folder);
  const files: Record<string, string> = {};
  for (const name of ['model.json', ...filesOf(manifest)]) {
    showProgress(`Storing ${name}`, 0, null);
    await using file = await openModelFile(folder, name);
    const source = file.createReadStream({ autoClose: false });
    const { digest } = await putContentStream(store, source, { maxBytes: largestFile(name) });
    files[name] = digest;
  }
  return files;
}

function limitsOf(environment: CliEnvironment): InspectionLimits {
  const { COLLOID_MODEL_SECONDS: seconds, COLLOID_MODEL_MEMORY_MB: megabytes } = environment;
  return { seconds, ...(megabytes === undefined ? {} : { memoryBytes: megabytes * 1024 ** 2 }) };
}

function added(team: string, version: ModelVersion): AddedModel {
  const { kind, name, digest, state, refusal, report } = version;
  return { team, kind, name, version: version.version, digest, state, refusal, report };
}

function show(team: string, version: ModelVersion): void {
  const { kind, name, state } = version;
  const report = ZStoredModelReport.safeParse(version.report);
  if (report.success) printReport(report.data);
  say(
    state === 'READY'
      ? `${name}@${version.version} is registered as a ${kind.toLowerCase()} of the team ${team}.`
      : `${name}@${version.version} is ${state} in the team ${team}; correct it and add it again.`,
  );
}
