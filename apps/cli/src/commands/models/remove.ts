/** @file `./colloid models remove NAME@VERSION`: removes a registered model that nothing uses. */

import { readEnvironment } from '../../environment.ts';
import { openInstallation } from '../../installation.ts';
import { say } from '../../terminal.ts';
import { findModel } from './find-model.ts';

/** Removes it, or fails with what uses it. */
export async function removeModel(
  reference: string,
  options: { readonly team?: string; readonly kind?: string },
): Promise<void> {
  await using installation = await openInstallation(readEnvironment());
  const { catalog } = installation;
  const { model, team, owner } = await findModel(catalog, reference, options);
  await catalog.modelChanges.removeModelVersion({ actor: owner, modelVersionId: model.id });
  say(`${reference} is removed from the team ${team.slug}.`);
}
