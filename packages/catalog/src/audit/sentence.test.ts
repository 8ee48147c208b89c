/** @file What events say. */

import { expect, test } from 'vitest';

import { RELEASE_CHECK_KINDS } from '../releases/standing.ts';
import { auditSentence } from './sentence.ts';

const event = { actorName: 'Ada', entityLabel: 'Faces 1.0.0', after: null };

test('an event says who did what to which thing', () => {
  expect(auditSentence({ ...event, action: 'release.publish' })).toBe(
    'Ada published the release Faces 1.0.0',
  );
  expect(auditSentence({ ...event, action: 'of.a.later.version' })).toBe(
    'Ada of.a.later.version Faces 1.0.0',
  );
});

test('who joins or leaves is named once', () => {
  const member = { ...event, entityLabel: 'Ben' };
  expect(auditSentence({ ...member, action: 'member.join' })).toBe('Ben joined the team');
  expect(auditSentence({ ...member, action: 'member.leave' })).toBe('Ada left the team');
});

test('checks of a release are told apart', () => {
  const sentences = [{ attempt: 2 }, ...RELEASE_CHECK_KINDS.map((kind) => ({ kind }))].map(
    (after) => auditSentence({ ...event, action: 'release.check', after }),
  );
  expect(new Set(sentences).size).toBe(RELEASE_CHECK_KINDS.length + 1);
  expect(sentences.slice(0, 3)).toEqual([
    'Ada began the checks of the release Faces 1.0.0',
    'Ada finished the check of the budget and the separation of identities, for the release Faces 1.0.0',
    'Ada finished the check for duplicates, for the release Faces 1.0.0',
  ]);
});
