import { expect, test } from 'vitest';

import { precisionOf, runNeeds } from './run-needs.ts';

test.each([
  [{ seed: 1 }, 'float32', false],
  [null, 'float32', false],
  [{ precision: 'float32' }, 'float32', false],
  [{ precision: 'float16' }, 'float16', true],
])('a run of the recipe %j computes in %s; it needs a GPU: %s', (definition, precision, gpu) => {
  expect(precisionOf(definition)).toBe(precision);
  expect(runNeeds(definition)).toEqual({ gpu });
});
