/** @file Finding a team. */
import { nonNull, nullable, queryField, stringArg } from '../nexus.ts';

export const teamQuery = queryField('team', {
  type: nullable('Team'),
  description: 'The team at this address; null where there is none that you belong to.',
  args: { slug: nonNull(stringArg({ description: "The team's part of its address." })) },
  resolve: (_root, { slug }, { actor, catalog }) =>
    actor === null ? null : catalog.teams.teamBySlug({ actor, slug }),
});
