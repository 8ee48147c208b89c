/** @file `./colloid models add DIR`: stores a model's files, checks it, and registers it with a team. */

import { checkModelVersion, submitModel } from '@colloid/pipeline';
import { filesOf, largestFile, openModelFile, readModelManifest } from '@colloid/sampler';
import { type ObjectStore, putContentStream } from '@colloid/storage';

import { readEnvironment } from '../../environment.ts';
import { openInstallation } from '../../installation.ts';
import { showProgress } from '../../terminal.ts';
import { findTeam } from './find-team.ts';
import { limitsOf, reportCheck, showCheck } from './show-version.ts';

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
    onCheck: showCheck,
  });
  const [model] = await catalog.models.modelVersionsByIds({ actor: owner, ids: [submitted.id] });
  const version = model ?? submitted;
  reportCheck(team.slug, version, {
    json: options.json === true,
    ready: `${version.name}@${version.version} is registered as a ${version.kind.toLowerCase()} of the team ${team.slug}.`,
  });
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
