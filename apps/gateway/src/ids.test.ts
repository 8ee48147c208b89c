/** @file Global ids. */
import { expect, test } from 'vitest';

import { fromGlobalId, keyOf, toGlobalId } from './ids.ts';

const RUN = '01a20ad9-ed39-71aa-8be0-da1f1b623cb8';

test('an id gives back the type and key it was made of, composite ones too', () => {
  const sample = { runId: RUN, identityOrdinal: 42, ordinal: 7 };
  expect(fromGlobalId(toGlobalId('Sample', sample))).toEqual({ type: 'Sample', key: sample });
  expect(fromGlobalId(toGlobalId('Team', { id: RUN }))).toEqual({ type: 'Team', key: { id: RUN } });
});

test('only the fields of the key go into an id', () => {
  const identity = { runId: RUN, ordinal: 3, nearestOrdinal: 4 };
  expect(toGlobalId('Identity', identity)).toBe(toGlobalId('Identity', { runId: RUN, ordinal: 3 }));
});

test.each([
  ['nothing', ''],
  ['no base64url', 'Team:!'],
  ['an unknown type', encode(`Secret:${RUN}`)],
  ['a type out of the prototype', encode(`constructor:${RUN}`)],
  ['no UUID', encode("Team:1' OR 1=1")],
  ['too few parts', encode(`Sample:${RUN}/1`)],
  ['too many parts', encode(`Team:${RUN}/1`)],
  ['a number with a zero before it', encode(`Identity:${RUN}/01`)],
  ['a number that PostgreSQL cannot hold', encode(`Identity:${RUN}/2147483648`)],
  ['an endless text', 'A'.repeat(100_000)],
])('%s names nothing', (_what, id) => {
  expect(fromGlobalId(id)).toBeNull();
});

test('an id of one type is none of another', () => {
  expect(keyOf('Run', toGlobalId('Recipe', { id: RUN }))).toBeNull();
});

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
