/** @file What an invitation offers, and what roles may do. */
import { LEAST_ROLE } from '@colloid/catalog';
import type { Action } from '@colloid/catalog';

import { nonNull, nullable, queryField, stringArg } from '../nexus.ts';

export const invitationQuery = queryField('invitation', {
  type: nullable('InvitationOffer'),
  description:
    'What the invitation with this token offers; null where there is none. Nobody has to be signed in.',
  args: { token: nonNull(stringArg({ description: 'From the address of the invitation.' })) },
  resolve: (_root, { token }, { catalog }) => catalog.invitations.offerOf(token),
});

export const permissionsQuery = queryField((t) => {
  t.list.field('permissions', {
    type: 'Permission',
    description: 'What members may do by their role, and what API keys may be narrowed to.',
    extensions: { price: { assumedSize: 50 } },
    resolve: () => (Object.keys(LEAST_ROLE) as Action[]).map((action) => ({ action })),
  });
});
