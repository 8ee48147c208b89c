/** @file Changing who belongs to a team. */
import { issueEmailConfirmation } from '../../auth/email-confirmation.ts';
import { issueReset } from '../../auth/password-reset.ts';
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull, objectType } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const SetMemberRoleInput = inputObjectType({
  name: 'SetMemberRoleInput',
  description: 'A new role for a member.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team.' });
    t.nonNull.id('userId', { description: 'The member: `TeamMember.userId`.' });
    t.nonNull.field('role', { type: 'Role', description: 'The role from now on.' });
  },
});

export const SetMemberRolePayload = payloadType('SetMemberRolePayload', {
  field: 'member',
  type: 'TeamMember',
  description: 'The member as they are now.',
});

export const setMemberRoleMutation = mutationField('setMemberRole', {
  type: nonNull('SetMemberRolePayload'),
  description:
    'Change the role of a member; the last owner of a team stays one. Needs the role OWNER.',
  args: { input: nonNull(arg({ type: 'SetMemberRoleInput', description: 'The new role.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('member', async () => {
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      return context.catalog.members.setMemberRole({
        ...input,
        actor: requireActor(context),
        teamId,
      });
    }),
});

export const MemberInput = inputObjectType({
  name: 'MemberInput',
  description: 'Names a member of a team.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team.' });
    t.nonNull.id('userId', { description: 'The member: `TeamMember.userId`.' });
  },
});

export const RemoveMemberPayload = payloadType('RemoveMemberPayload', {
  field: 'team',
  type: 'Team',
  description: 'The team without them.',
});

export const removeMemberMutation = mutationField('removeMember', {
  type: nonNull('RemoveMemberPayload'),
  description:
    'Remove a member and revoke their API keys of the team; the last owner stays. What they made stays too. Needs the role OWNER.',
  args: { input: nonNull(arg({ type: 'MemberInput', description: 'Who is removed.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('team', async () => {
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      const { userId } = input;
      await context.catalog.members.removeMember({ actor: requireActor(context), teamId, userId });
      return context.loaders.team.load(teamId);
    }),
});

export const LeaveTeamInput = inputObjectType({
  name: 'LeaveTeamInput',
  description: 'A team to be left.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team.' });
  },
});

export const LeaveTeamPayload = payloadType('LeaveTeamPayload', {
  field: 'viewer',
  type: 'Viewer',
  description: 'You, with the teams that are left.',
});

export const leaveTeamMutation = mutationField('leaveTeam', {
  type: nonNull('LeaveTeamPayload'),
  description:
    'Leave a team: your API keys of it are revoked. Its last owner has to make somebody else one first.',
  args: { input: nonNull(arg({ type: 'LeaveTeamInput', description: 'The team.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('viewer', async () => {
      const actor = requireActor(context);
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      await context.catalog.members.leaveTeam({ actor, teamId });
      return context.catalog.people.profileOf({ actor });
    }),
});

export const IssuedAddress = objectType({
  name: 'IssuedAddress',
  description: 'An address that works once, to be handed to a person. It is shown this once.',
  definition(t) {
    t.string('path', {
      description: 'Path and query, to be put behind the address of this server.',
    });
    t.field('expiresAt', { type: 'DateTime', description: 'Until when it works.' });
  },
});

export const CreatePasswordResetPayload = payloadType('CreatePasswordResetPayload', {
  field: 'reset',
  type: 'IssuedAddress',
  description: 'The address at which they set a new password.',
});

export const createPasswordResetMutation = mutationField('createPasswordReset', {
  type: nonNull('CreatePasswordResetPayload'),
  description:
    'Make an address at which a member sets a new password within an hour. Only for those all of whose teams are yours. Needs the role OWNER.',
  args: { input: nonNull(arg({ type: 'MemberInput', description: 'Whose password it is.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('reset', async () => {
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      const key = { actor: requireActor(context), teamId, userId: input.userId };
      return issueReset(context.catalog, key);
    }),
});

export const CreateEmailConfirmationPayload = payloadType('CreateEmailConfirmationPayload', {
  field: 'confirmation',
  type: 'IssuedAddress',
  description:
    'The address at which they confirm: send it to the e-mail address that they asked for.',
});

export const createEmailConfirmationMutation = mutationField('createEmailConfirmation', {
  type: nonNull('CreateEmailConfirmationPayload'),
  description:
    'Make an address at which a member confirms the e-mail address that they asked for, within a day. Only for those all of whose teams are yours. Needs the role OWNER.',
  args: { input: nonNull(arg({ type: 'MemberInput', description: 'Who asked.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('confirmation', async () => {
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      const key = { actor: requireActor(context), teamId, userId: input.userId };
      return issueEmailConfirmation(await context.catalog.emailChanges.createConfirmation(key));
    }),
});
