import { describe, expect, test } from 'vitest';

import { compareRecipes } from './compare-recipes.ts';
import { parseRecipe } from './recipe.ts';

const models = { generator: 'head@1', recogniser: 'id@1' };
const recipe = (rest: object) =>
  parseRecipe({ ...models, identities: 10, references: { algorithm: 'langevin' }, ...rest });
const changed = (before: unknown, after: unknown) =>
  compareRecipes(before, after).filter(({ isSame }) => !isSame);

describe('two recipes', () => {
  test('that are alike differ in nothing, and every value is told once with its unit', () => {
    const rows = compareRecipes(recipe({}), recipe({}));
    expect(rows.every(({ isSame }) => isSame)).toBe(true);
    expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
    expect(rows).toContainEqual({
      path: 'identities',
      before: 10,
      after: 10,
      isSame: true,
      unit: 'identities',
      symbol: null,
    });
    expect(rows.find(({ path }) => path.endsWith('.repulsionRadius'))?.unit).toBe('radians');
  });

  test('differ in a number, and in a stage that only one has', () => {
    const one = recipe({ seed: 1 });
    const other = recipe({ seed: 2, variations: { algorithm: 'dispersion' } });
    const rows = changed(one, other);
    expect(rows).toContainEqual({
      path: 'seed',
      before: 1,
      after: 2,
      isSame: false,
      unit: null,
      symbol: null,
    });
    expect(rows).toContainEqual(
      expect.objectContaining({ path: 'variations.algorithm', before: null, after: 'dispersion' }),
    );
    // That there was none is said by the absence of its values.
    expect(changed(other, one)).toHaveLength(rows.length);
  });

  test('keep a latent length in one piece, whichever way it is written', () => {
    const of = (timestep: unknown) => ({ references: { parameters: { timestep } } });
    expect(changed(of({ meanDistances: 0.5 }), of(3))).toMatchObject([
      { path: 'references.parameters.timestep', before: { meanDistances: 0.5 }, after: 3 },
    ]);
  });
});
