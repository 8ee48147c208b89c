import fc from 'fast-check';
import { expect, test } from 'vitest';

import { interleave, shardRanges } from './layout.ts';

test('shards cover every identity once, in order, and hold at most a thousand samples', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50_000 }),
      fc.integer({ min: 1, max: 999 }),
      (identities, perIdentity) => {
        const ranges = shardRanges(identities, perIdentity);
        const next = ranges.map((range) => range.firstIdentity + range.identities);
        return (
          next.at(-1) === identities &&
          ranges.every(
            (range, index) =>
              range.ordinal === index &&
              range.firstIdentity === (next[index - 1] ?? 0) &&
              range.identities * perIdentity <= 1000,
          )
        );
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});

test('an identity with more images than a shard has a shard of its own', () => {
  expect(shardRanges(2, 5000)).toEqual([
    { ordinal: 0, firstIdentity: 0, identities: 1 },
    { ordinal: 1, firstIdentity: 1, identities: 1 },
  ]);
});

test('each reference stands before its own variations', () => {
  const references = Float32Array.of(10, 11, 20, 21, 30, 31);
  const variations = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  expect([
    ...interleave({ references, variations, width: 2, perIdentity: 2, first: 1, count: 2 }),
  ]).toEqual([20, 21, 5, 6, 7, 8, 30, 31, 9, 10, 11, 12]);
});
