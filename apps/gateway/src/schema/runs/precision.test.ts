import { expect, test } from 'vitest';

import { precisionOf } from './precision.ts';

test.each([
  [{ seed: 1 }, 'float32'],
  [null, 'float32'],
  [{ precision: 'float32' }, 'float32'],
  [{ precision: 'float16' }, 'float16'],
])('a run of the recipe %j computes in %s', (definition, precision) => {
  expect(precisionOf(definition)).toBe(precision);
});
