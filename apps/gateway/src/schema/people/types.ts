/** @file People: the one who is asking, and those whose names stand on things. */
import { requireActor } from '../../context.ts';
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
      description: 'Also invite, change and remove members, and set what releases need.',
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
    t.list.field('teams', {
      type: 'Team',
      description: 'The teams they belong to, by name.',
      extensions: { price: { assumedSize: 10 } },
      resolve: async (_viewer, _args, context) =>
        (await context.catalog.teams.teamsOf({ actor: requireActor(context) })).map(
          ({ team }) => team,
        ),
    });
  },
});
