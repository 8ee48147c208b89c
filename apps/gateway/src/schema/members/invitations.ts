/** @file Inviting, withdrawing, accepting. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull, objectType } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const InviteMemberInput = inputObjectType({
  name: 'InviteMemberInput',
  description: 'Somebody to be invited.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team they are to join.' });
    t.nonNull.string('email', {
      description: 'Their address; only an account with this address can accept.',
    });
    t.nonNull.field('role', { type: 'Role', description: 'The role they will have.' });
    t.int('days', { description: 'Days it can be accepted: 1 to 30, 7 where nothing is said.' });
  },
});

export const IssuedInvitation = objectType({
  name: 'IssuedInvitation',
  description: 'A new invitation with its address, which is shown this once.',
  definition(t) {
    t.field('invitation', { type: 'Invitation', description: 'The invitation.' });
    t.string('path', {
      description:
        'Path and query to be put behind the address of this server, and handed to the person: Colloid sends no mail.',
      resolve: ({ token }) => `/invitation?token=${token}`,
    });
  },
});

export const InviteMemberPayload = payloadType('InviteMemberPayload', {
  field: 'issued',
  type: 'IssuedInvitation',
  description: 'The invitation and its address.',
});

export const inviteMemberMutation = mutationField('inviteMember', {
  type: nonNull('InviteMemberPayload'),
  description:
    'Invite somebody by their address; an older open invitation of it is withdrawn. Needs the role OWNER.',
  args: { input: nonNull(arg({ type: 'InviteMemberInput', description: 'Who is invited.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('issued', async () => {
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      return context.catalog.invitations.inviteMember({
        ...input,
        actor: requireActor(context),
        teamId,
      });
    }),
});

export const WithdrawInvitationInput = inputObjectType({
  name: 'WithdrawInvitationInput',
  description: 'An invitation to be withdrawn.',
  definition(t) {
    t.nonNull.id('invitationId', { description: 'The invitation.' });
  },
});

export const WithdrawInvitationPayload = payloadType('WithdrawInvitationPayload', {
  field: 'invitation',
  type: 'Invitation',
  description: 'The invitation, withdrawn.',
});

export const withdrawInvitationMutation = mutationField('withdrawInvitation', {
  type: nonNull('WithdrawInvitationPayload'),
  description: 'Withdraw an invitation that nobody accepted yet. Needs the role OWNER.',
  args: {
    input: nonNull(arg({ type: 'WithdrawInvitationInput', description: 'Which one.' })),
  },
  resolve: (_root, { input: { invitationId } }, context) =>
    withUserErrors('invitation', () =>
      context.catalog.invitations.withdrawInvitation({
        actor: requireActor(context),
        invitationId,
      }),
    ),
});

export const AcceptInvitationInput = inputObjectType({
  name: 'AcceptInvitationInput',
  description: 'An invitation to be accepted.',
  definition(t) {
    t.nonNull.string('token', { description: 'From the address of the invitation.' });
  },
});

export const AcceptInvitationPayload = payloadType('AcceptInvitationPayload', {
  field: 'team',
  type: 'Team',
  description: 'The team you belong to now.',
});

export const acceptInvitationMutation = mutationField('acceptInvitation', {
  type: nonNull('AcceptInvitationPayload'),
  description: 'Join a team by an invitation of your own address.',
  args: {
    input: nonNull(arg({ type: 'AcceptInvitationInput', description: 'The invitation.' })),
  },
  resolve: (_root, { input: { token } }, context) =>
    withUserErrors('team', async () => {
      const actor = requireActor(context);
      return (await context.catalog.invitations.acceptInvitation({ actor, token })).team;
    }),
});
