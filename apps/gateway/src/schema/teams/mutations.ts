/** @file Making a team, renaming it, deleting it and bringing it back. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const CreateTeamInput = inputObjectType({
  name: 'CreateTeamInput',
  description: 'A team to be made.',
  definition(t) {
    t.nonNull.string('slug', {
      description:
        'Its part of addresses: 1 to 64 lower-case letters, digits and hyphens; taken by nobody else.',
    });
    t.nonNull.string('name', { description: 'What people call it: 1 to 200 characters.' });
  },
});

export const CreateTeamPayload = payloadType('CreateTeamPayload', {
  field: 'team',
  type: 'Team',
  description: 'The new team.',
});

export const createTeamMutation = mutationField('createTeam', {
  type: nonNull('CreateTeamPayload'),
  description: 'Make a team; you become its owner.',
  args: { input: nonNull(arg({ type: 'CreateTeamInput', description: 'The team to be made.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('team', async () => {
      const team = await context.catalog.teams.createTeam({
        ...input,
        actor: requireActor(context),
      });
      await context.installModels(team.id);
      return team;
    }),
});

export const RenameTeamInput = inputObjectType({
  name: 'RenameTeamInput',
  description: 'What a team is called from now on. What is left out stays.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team.' });
    t.string('name', { description: 'What people call it: 1 to 200 characters.' });
    t.string('slug', {
      description:
        'Its part of addresses: 1 to 64 lower-case letters, digits and hyphens; taken by nobody else.',
    });
  },
});

export const RenameTeamPayload = payloadType('RenameTeamPayload', {
  field: 'team',
  type: 'Team',
  description: 'The team as it is called now.',
});

export const renameTeamMutation = mutationField('renameTeam', {
  type: nonNull('RenameTeamPayload'),
  description:
    'Give a team another name or address. The address it had leads to it for 90 days, and is given to nobody else before. Its members are told. Needs the role OWNER.',
  args: { input: nonNull(arg({ type: 'RenameTeamInput', description: 'The new names.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('team', async () => {
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      return context.catalog.teams.renameTeam({ ...input, actor: requireActor(context), teamId });
    }),
});

export const DeleteTeamInput = inputObjectType({
  name: 'DeleteTeamInput',
  description: 'A team to be deleted.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team.' });
    t.nonNull.string('slug', { description: 'Its part of addresses, to show that it is meant.' });
  },
});

export const DeleteTeamPayload = payloadType('DeleteTeamPayload', {
  field: 'viewer',
  type: 'Viewer',
  description: 'You, with the teams that are left and those that you can bring back.',
});

export const deleteTeamMutation = mutationField('deleteTeam', {
  type: nonNull('DeleteTeamPayload'),
  description:
    'Delete a team: nobody sees it any more, and after 30 days everything of it is removed; until then an owner can bring it back. Refused while it has unfinished runs or published releases. Its members are told. Needs the role OWNER.',
  args: { input: nonNull(arg({ type: 'DeleteTeamInput', description: 'The team.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('viewer', async () => {
      const actor = requireActor(context);
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      await context.catalog.teams.deleteTeam({ actor, teamId, slug: input.slug });
      return context.catalog.people.profileOf({ actor });
    }),
});

export const RestoreTeamInput = inputObjectType({
  name: 'RestoreTeamInput',
  description: 'A deleted team to be brought back.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team: `DeletedTeam.teamId`.' });
  },
});

export const RestoreTeamPayload = payloadType('RestoreTeamPayload', {
  field: 'team',
  type: 'Team',
  description: 'The team, as it was.',
});

export const restoreTeamMutation = mutationField('restoreTeam', {
  type: nonNull('RestoreTeamPayload'),
  description:
    'Bring back a team that was deleted less than 30 days ago. Its members are told. Needs the role OWNER.',
  args: { input: nonNull(arg({ type: 'RestoreTeamInput', description: 'The team.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('team', async () => {
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      return context.catalog.teams.restoreTeam({ actor: requireActor(context), teamId });
    }),
});
