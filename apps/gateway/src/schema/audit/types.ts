/** @file What happened in a team: for all of its members, and in full for those who answer for it. */
import { auditSentence } from '@colloid/catalog';

import { objectType } from '../nexus.ts';

export const ActivityEvent = objectType({
  name: 'ActivityEvent',
  description: 'Something that happened in a team, as all of its members may know it.',
  definition(t) {
    t.int('sequence', { description: 'Its number in the log of the team, from 1.' });
    t.field('at', { type: 'DateTime', description: 'When.' });
    t.string('sentence', {
      description: 'Who did what, in words.',
      resolve: auditSentence,
    });
    t.string('action', { description: 'Kind of change, such as `run.create`.' });
  },
});

export const AuditEvent = objectType({
  name: 'AuditEvent',
  description:
    'One change, as it is kept for ever. Each carries the digest of the one before; `colloid audit verify` checks them.',
  definition(t) {
    t.int('sequence', { description: 'Its number in the log of the team, from 1.' });
    t.field('at', { type: 'DateTime', description: 'When.' });
    t.string('sentence', { description: 'Who did what, in words.', resolve: auditSentence });
    t.string('action', { description: 'Kind of change, such as `run.create`.' });
    t.nullable.id('actorId', { description: 'Who; null for Colloid’s own processes.' });
    t.string('actorName', { description: 'Their name at that time.' });
    t.nullable.id('keyId', { description: 'The API key they used; null for a session.' });
    t.nullable.string('address', {
      description: 'The network address it came from; null where it came from none.',
    });
    t.string('entityType', { description: 'Kind of thing that was changed.' });
    t.string('entityId', { description: 'Which one, by its id in the database.' });
    t.string('entityLabel', { description: 'What people call it.' });
    t.nullable.field('before', {
      type: 'JSON',
      description: 'The fields that were changed, before; null for something new.',
    });
    t.nullable.field('after', {
      type: 'JSON',
      description: 'The same fields after; null for something that is gone.',
    });
    t.string('hash', { description: 'SHA-256 over all of it and the digest of the one before.' });
  },
});
