/** @file Which faces a sheet shows. */
import { expect, test } from 'vitest';

import { closestIdentities } from './preview.ts';

test('the closest pair comes first, then others by their distance, each beside its nearest', () => {
  const nearest = {
    index: Int32Array.of(3, 2, 1, 0, 1),
    theta: Float32Array.of(0.9, 0.2, 0.2, 0.9, 0.5),
  };
  expect(closestIdentities(nearest)).toEqual([1, 2, 4, 0, 3]);
});

test('somebody alone has a sheet too, and a crowd has ten faces', () => {
  expect(closestIdentities({ index: Int32Array.of(-1), theta: Float32Array.of(NaN) })).toEqual([0]);
  const count = 40;
  const crowd = {
    index: Int32Array.from({ length: count }, (_, i) => i ^ 1),
    theta: Float32Array.from({ length: count }, (_, i) => 2 - Math.floor(i / 2) / count),
  };
  const shown = closestIdentities(crowd);
  expect(shown).toHaveLength(10);
  expect(shown.slice(0, 2)).toEqual([38, 39]);
});
