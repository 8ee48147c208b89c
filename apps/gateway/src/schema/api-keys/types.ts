/** @file API keys. */
import { objectType } from '../nexus.ts';

export const ApiKey = objectType({
  name: 'ApiKey',
  description:
    'Acts for a person in one team, within its scopes, until it expires or is revoked. Sent as `Authorization: Bearer`.',
  definition(t) {
    t.id('id', { description: 'Stays the same. Not fetched by `node`.' });
    t.string('name', { description: 'What it is for.' });
    t.string('prefix', { description: 'How it begins; the rest is shown once and not kept.' });
    t.id('userId', { description: 'Whom it acts for.' });
    t.string('userName', { description: 'The name of whom it acts for.' });
    t.list.string('scopes', { description: 'What it may do, where its person may.' });
    t.field('createdAt', { type: 'DateTime', description: 'When it was made.' });
    t.field('expiresAt', { type: 'DateTime', description: 'Until when it works.' });
    t.nullable.field('lastUsedAt', {
      type: 'DateTime',
      description: 'When it was used last, to the minute; null where it never was.',
    });
    t.nullable.field('revokedAt', {
      type: 'DateTime',
      description: 'When it was revoked; null where it was not.',
    });
  },
});
