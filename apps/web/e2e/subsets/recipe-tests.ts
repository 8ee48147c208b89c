/** @file Two recipes side by side. */
import { expect, test } from 'vitest';
import { MINUTE_MS } from '../in-browser.ts';
import { faultsOf } from '../faults-of.ts';
import { type SubsetWorld } from './world.ts';

/** The list of recipes, and two of them value by value. */
export function recipeTests(world: () => SubsetWorld): void {
  test(
    'two recipes are compared value by value',
    async () => {
      const { page: owner } = world().owner;
      await world().owner.go('/t/subset-lab/recipes');
      for (const version of [1, 2]) {
        await owner.getByLabel(`Compare Plain, version ${String(version)}`).check();
      }
      await owner.getByRole('link', { name: 'Compare the two' }).click();
      await owner.getByText('1 value differs').waitFor();
      const row = owner.getByRole('row', { name: /^Seed/ });
      expect(await row.getByRole('cell').allTextContents()).toEqual(['1', '2']);
      await owner.getByRole('switch', { name: 'Show all' }).check();
      expect(await faultsOf(owner)).toEqual([]);
      await owner
        .getByRole('row', { name: /^Identities/ })
        .getByText('6 identities')
        .first()
        .waitFor();
    },
    MINUTE_MS,
  );
}
