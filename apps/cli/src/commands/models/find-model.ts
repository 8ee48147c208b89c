/** @file Which registered model `NAME@VERSION` is. */

import type { Actor, Catalog, ModelVersion, Team } from '@colloid/catalog';

import { CliError } from '../../errors.ts';
import { findTeam } from './find-team.ts';

/** Names of models and versions as model.json may have them; a folder's path with an @ in it has more. */
const REFERENCE = /^(?<name>[a-z0-9-]{1,64})@(?<version>[A-Za-z0-9._-]{1,32})$/;

/** Name and version, or null where the argument is no `NAME@VERSION`. */
export function parseReference(
  argument: string,
): { readonly name: string; readonly version: string } | null {
  const { name, version } = REFERENCE.exec(argument)?.groups ?? {};
  return name === undefined || version === undefined ? null : { name, version };
}

/**
 * The model of that name and version in a team.
 *
 * @throws {CliError} `MODEL_UNCLEAR` when there is none, with the team's models, or two of different kinds; `TEAM_UNCLEAR`
 */
export async function findModel(
  catalog: Catalog,
  reference: string,
  options: { readonly team?: string; readonly kind?: string },
): Promise<{ readonly model: ModelVersion; readonly team: Team; readonly owner: Actor }> {
  const { team, owner } = await findTeam(catalog, options.team);
  const wanted = parseReference(reference);
  const all = await catalog.models.listModelVersions({ actor: owner, teamId: team.id });
  const found = all.filter(
    ({ name, version, kind }) =>
      name === wanted?.name &&
      version === wanted.version &&
      (options.kind === undefined || kind === options.kind.toUpperCase()),
  );
  const [model, second] = found;
  if (model !== undefined && second === undefined) return { model, team, owner };
  const known = all.map(({ name, version }) => `${name}@${version}`).join(', ');
  throw new CliError(
    'MODEL_UNCLEAR',
    model === undefined
      ? `The team ${team.slug} has no model '${reference}'; it has: ${known}.`
      : `The team ${team.slug} has a generator and a recogniser '${reference}'; choose one with --kind.`,
  );
}
