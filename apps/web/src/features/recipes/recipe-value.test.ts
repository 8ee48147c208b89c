import { expect, test } from 'vitest';
import { formatValue } from './recipe-value.ts';

test.each([
  [10_000, 'identities', '10,000 identities'],
  [0.05, 'radians', '0.05 radians'],
  [{ meanDistances: 0.5 }, 'latent units', '0.5 mean distances'],
  [['smile', 'scream'], null, 'smile, scream'],
  [[], null, 'none'],
  [null, 'radians', '–'],
  ['langevin', null, 'langevin'],
  [0, null, '0'],
])('%o in %s is written as %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});
