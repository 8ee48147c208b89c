/** @file People: the one who is asking, and those whose names stand on things. */
import { requireActor } from '../../context.ts';
import { toGlobalId } from '../../ids.ts';
import { enumType, objectType } from '../nexus.ts';

export const Role = enumType({
  name: 'Role',
  description: 'What a member may do in a team; each role may do what the ones before it may.',
  members: [
    { name: 'VIEWER', description: 'Look at everything of the team.' },
    {
      name: 'CONTRIBUTOR',
      description: 'Also make datasets and recipes, start and cancel runs, and propose releases.',
    },
    { name: 'REVIEWER', description: 'Also approve releases.' },
    {
      name: 'MAINTAINER',
      description: 'Also set budgets, register models, publish releases and take them back.',
    },
    {
      name: 'OWNER',
      description:
        'Also invite, change and remove members, set what releases need, rename and delete the team.',
    },
  ],
});

export const Person = objectType({
  name: 'Person',
  description: 'Somebody who made something, as other members of their team see them.',
  definition(t) {
    t.id('id', { description: 'Stays the same for this person. Not fetched by `node`.' });
    t.string('name', { description: 'The name they gave themselves.' });
  },
});

export const Viewer = objectType({
  name: 'Viewer',
  description: 'The person who is signed in.',
  definition(t) {
    t.id('id', { description: 'Stays the same for this person. Not fetched by `node`.' });
    t.string('name', { description: 'The name they gave themselves.' });
    t.string('email', { description: 'The address they sign in with.' });
    t.nullable.string('askedEmail', {
      description: 'Another address that they have asked for and not confirmed yet.',
      resolve: (_viewer, _args, context) =>
        context.catalog.emailChanges.askedBy({ actor: requireActor(context) }),
    });
    t.list.field('teams', {
      type: 'Team',
      description: 'The teams they belong to, by name.',
      extensions: { price: { assumedSize: 10 } },
      resolve: async (_viewer, _args, context) =>
        (await context.catalog.teams.teamsOf({ actor: requireActor(context) })).map(
          ({ team }) => team,
        ),
    });
    t.list.field('deletedTeams', {
      type: 'DeletedTeam',
      description:
        'Teams of theirs that were deleted and that they, as an owner, can bring back; the one that goes first first.',
      extensions: { price: { assumedSize: 5 } },
      resolve: (_viewer, _args, context) =>
        context.catalog.teams.deletedTeamsOf({ actor: requireActor(context) }),
    });
  },
});

export const DeletedTeam = objectType({
  name: 'DeletedTeam',
  description: 'A team that was deleted, while it can still be brought back.',
  definition(t) {
    t.id('teamId', {
      description: 'Its id, for `restoreTeam`. `node` does not find it meanwhile.',
      resolve: ({ id }) => toGlobalId('Team', { id }),
    });
    t.string('slug', { description: 'Its part of addresses; nobody else can take it.' });
    t.string('name', { description: 'What people called it.' });
    t.field('deletedAt', { type: 'DateTime', description: 'When it was deleted.' });
    t.nullable.string('deletedBy', {
      description: 'Name of who deleted it; null where they left.',
    });
    t.field('purgeAfter', {
      type: 'DateTime',
      description: 'When everything of it begins to be removed.',
    });
  },
});
