/** @file `./colloid models list`: the models of a team. */

import type { ModelVersion } from '@colloid/catalog';

import { readEnvironment } from '../../environment.ts';
import { openInstallation } from '../../installation.ts';
import { findTeam } from './find-team.ts';

/** Prints every version, as a table or as JSON. */
export async function listModels(options: {
  readonly team?: string;
  readonly json?: boolean;
}): Promise<void> {
  await using installation = await openInstallation(readEnvironment());
  const { catalog } = installation;
  const { team, owner } = await findTeam(catalog, options.team);
  const models = await catalog.models.listModelVersions({ actor: owner, teamId: team.id });
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(models.map(summaryOf), null, 2)}\n`);
    return;
  }
  if (models.length === 0) console.log(`The team ${team.slug} has no models yet.`);
  for (const model of models) {
    const { kind, name, version, state, licence, refusal } = model;
    console.log(`${kind.padEnd(10)}  ${state.padEnd(8)}  ${name}@${version}  (${licence})`);
    if (refusal !== null) console.log(`            ${refusal}`);
  }
}

function summaryOf(model: ModelVersion) {
  const { kind, name, version, state, digest, licence, refusal, isBuiltIn } = model;
  const { createdAt, checkedAt } = model;
  return { kind, name, version, state, digest, licence, refusal, isBuiltIn, createdAt, checkedAt };
}
