import { expect, test } from 'vitest';

import { branchRefusal } from './branch-refusal.ts';
import { smallRecipe } from './testing/index.ts';

const SIZE = { identities: 6, iterations: 8, variations: 2, variationIterations: 2 };

test('a branch changes what moves identities, and nothing of what they are', () => {
  const source = smallRecipe(SIZE);
  const refuse = (branch: unknown, iteration = 4): string | null =>
    branchRefusal({ source, branch, iteration });
  expect(refuse(source)).toBeNull();
  expect(refuse({ ...source, variations: null, batchSize: 4 })).toBeNull();
  expect(refuse(smallRecipe({ ...SIZE, iterations: 4 }))).toBeNull();
  expect(refuse(smallRecipe({ ...SIZE, iterations: 3 }))).toMatch(/iterations 3.*at least 4/);
  expect(refuse({ ...source, identities: 7 })).toMatch(/identities 7, and the run's recipe 6/);
  expect(refuse({ ...source, seed: 5 })).toMatch(/seed 5/);
  expect(refuse({ ...source, truncation: 0.5 })).toMatch(/truncation 0\.5/);
  expect(refuse({ ...source, references: { algorithm: 'random' } })).toMatch(
    /of the recipe is 'random', and only langevin/,
  );
});
