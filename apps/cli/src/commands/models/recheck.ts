/** @file `./colloid models check NAME@VERSION`: checks a registered model again, from its stored files, with the Colloid that runs now. */

import { checkModelVersion } from '@colloid/pipeline';

import { readEnvironment } from '../../environment.ts';
import { openInstallation } from '../../installation.ts';
import { findModel } from './find-model.ts';
import { limitsOf, reportCheck, showCheck } from './show-version.ts';

/** Checks it here and now, beside the workers; the exit status is 1 when it is refused. */
export async function recheckModel(
  reference: string,
  options: { readonly team?: string; readonly kind?: string; readonly json?: boolean },
): Promise<void> {
  const environment = readEnvironment();
  await using installation = await openInstallation(environment);
  const { catalog, store } = installation;
  const { model, team, owner } = await findModel(catalog, reference, options);
  await catalog.modelChanges.recheckModelVersion(
    { actor: owner, modelVersionId: model.id },
    // The check is made here. Interrupted, the same command takes it up again.
    async () => undefined,
  );
  await checkModelVersion({
    catalog,
    store,
    modelVersionId: model.id,
    provider: environment.COLLOID_PROVIDER,
    threads: environment.COLLOID_THREADS,
    limits: limitsOf(environment),
    onCheck: showCheck,
  });
  const [checked] = await catalog.models.modelVersionsByIds({ actor: owner, ids: [model.id] });
  reportCheck(team.slug, checked ?? model, {
    json: options.json === true,
    ready: `${reference} is READY, checked again in the team ${team.slug}.`,
  });
}
