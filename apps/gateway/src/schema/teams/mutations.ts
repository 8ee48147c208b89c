/** @file Making a team. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';

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
