/** @file Which team a command is about. */

import type { Actor, Catalog, Team } from '@colloid/catalog';

import { CliError } from '../../errors.ts';

/** The team with that slug, or the only one there is, with an owner to act for. @throws {CliError} `TEAM_UNCLEAR` listing the teams. */
export async function findTeam(
  catalog: Catalog,
  slug: string | undefined,
): Promise<{ readonly team: Team; readonly owner: Actor }> {
  const teams = await catalog.teams.teamsForOperator();
  const found =
    slug === undefined
      ? teams.length === 1
        ? teams[0]
        : undefined
      : teams.find(({ team }) => team.slug === slug);
  if (found !== undefined) return found;
  const known = teams.map(({ team }) => team.slug).join(', ');
  throw new CliError(
    'TEAM_UNCLEAR',
    teams.length === 0
      ? 'There is no team yet; run ./colloid demo, or sign in with ./colloid up and make one.'
      : slug === undefined
        ? `There are several teams (${known}); choose one with --team.`
        : `There is no team '${slug}'; there are: ${known}.`,
  );
}
