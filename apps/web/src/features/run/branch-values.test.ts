import { expect, test } from 'vitest';
import { isBranchable } from './branch-values.ts';

const recipe = (others: object) => ({
  generator: 'a@1',
  recogniser: 'b@1',
  identities: 10,
  seed: 1,
  truncation: 0.7,
  references: { algorithm: 'langevin', parameters: { iterations: 4 } },
  ...others,
});

test('only Langevin goes on from what was kept, with the same identities', () => {
  const own = recipe({});
  expect(isBranchable(own, own)).toBe(true);
  expect(isBranchable(own, recipe({ variations: null }))).toBe(true);
  expect(isBranchable(own, recipe({ identities: 11 }))).toBe(false);
  const repulse = recipe({ references: { algorithm: 'repulse', parameters: {} } });
  expect(isBranchable(repulse, repulse)).toBe(false);
  // An import has no recipe.
  expect(isBranchable(undefined, undefined)).toBe(false);
});
