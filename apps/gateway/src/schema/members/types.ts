/** @file Members and invitations. */
import { ACTION_WORDS, isScope, LEAST_ROLE, stateOfInvitation } from '@colloid/catalog';

import { enumType, objectType } from '../nexus.ts';

export const TeamMember = objectType({
  name: 'TeamMember',
  description: 'Somebody who belongs to a team.',
  definition(t) {
    t.id('userId', { description: 'The person; stays the same. Not fetched by `node`.' });
    t.string('name', { description: 'The name they gave themselves.' });
    t.nullable.string('email', {
      description: 'The address they sign in with; owners see everybody’s, others their own only.',
    });
    t.nullable.string('askedEmail', {
      description:
        'Another address that they have asked for and not confirmed yet; only owners see it.',
    });
    t.field('role', { type: 'Role', description: 'What they may do in the team.' });
    t.field('createdAt', { type: 'DateTime', description: 'When they joined.' });
  },
});

export const InvitationState = enumType({
  name: 'InvitationState',
  description: 'Where an invitation stands.',
  members: [
    { name: 'OPEN', description: 'It can be accepted.' },
    { name: 'EXPIRED', description: 'It was not accepted in time.' },
    { name: 'ACCEPTED', description: 'Somebody joined by it.' },
    { name: 'WITHDRAWN', description: 'It was withdrawn, or replaced by a newer one.' },
  ],
});

export const Invitation = objectType({
  name: 'Invitation',
  description: 'Somebody was asked to join a team.',
  definition(t) {
    t.id('id', { description: 'Stays the same. Not fetched by `node`.' });
    t.string('email', { description: 'Address of the person.' });
    t.field('role', { type: 'Role', description: 'The role they will have.' });
    t.nullable.field('invitedBy', {
      type: 'Person',
      description: 'Who invited them; null where they left.',
      resolve: (invitation, _args, { loaders }) => loaders.person.load(invitation.invitedById),
    });
    t.field('createdAt', { type: 'DateTime', description: 'When it was made.' });
    t.field('expiresAt', { type: 'DateTime', description: 'Until when it can be accepted.' });
    t.field('state', {
      type: 'InvitationState',
      description: 'Where it stands.',
      resolve: (invitation) => stateOfInvitation(invitation),
    });
  },
});

export const InvitationOffer = objectType({
  name: 'InvitationOffer',
  description: 'What an invitation says to whoever holds its address.',
  definition(t) {
    t.string('teamName', {
      description: 'What people call the team.',
      resolve: ({ team }) => team.name,
    });
    t.string('email', { description: 'The address that was invited.' });
    t.field('role', { type: 'Role', description: 'The role that comes with it.' });
    t.string('invitedBy', { description: 'Name of who invited.' });
    t.field('expiresAt', { type: 'DateTime', description: 'Until when it can be accepted.' });
    t.field('state', { type: 'InvitationState', description: 'Whether it can still be accepted.' });
  },
});

export const Permission = objectType({
  name: 'Permission',
  description: 'One row of the table of what members may do.',
  definition(t) {
    t.string('action', {
      description: 'Its name, such as `run.create`; also the name of the scope of an API key.',
    });
    t.string('description', {
      description: 'What it lets one do.',
      resolve: ({ action }) => ACTION_WORDS[action],
    });
    t.field('leastRole', {
      type: 'Role',
      description: 'The least role that may do it.',
      resolve: ({ action }) => LEAST_ROLE[action],
    });
    t.boolean('isScope', {
      description: 'Whether an API key can be given it.',
      resolve: ({ action }) => isScope(action),
    });
  },
});
