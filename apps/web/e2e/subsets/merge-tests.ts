/** @file A version of two runs, whose identities have the same numbers: each has an address of its own. */
import { expect, test } from 'vitest';
import { arrives, MINUTE_MS, SOON, WORK_MS } from '../in-browser.ts';
import { shows } from './parts.ts';
import { DATASET, IDENTITIES, mergeRuns, type SubsetWorld } from './world.ts';

/** Of the first run the version holds the references of four identities, of the second everything. */
export function mergeTests(world: () => SubsetWorld): void {
  let merged = '';

  test(
    'identities of two runs are told apart in the grid, by their addresses, and by the old ones',
    async () => {
      const { page: owner } = world().owner;
      merged = `${DATASET}/v/${String(await mergeRuns(world(), 2))}`;
      await world().owner.go(merged);
      const grid = owner.getByRole('region', { name: 'Identities', exact: true });
      await grid.getByText('r1-0', { exact: true }).waitFor();
      await grid.getByText('r2-0', { exact: true }).waitFor();
      // A worker measures the version by itself; then the nearest other one is that of both runs.
      await grid.getByText('nearest other identity of this version').waitFor({ timeout: WORK_MS });

      await world().owner.go(`${merged}/i/0`);
      const choices = owner.getByRole('list', { name: 'Identities with this number' });
      await choices.getByRole('img', { name: 'Reference of identity-000000 of run 2' }).waitFor();
      await expect.poll(() => choices.getByRole('listitem').count(), SOON).toBe(2);
      await choices.getByRole('link').filter({ hasText: 'r1-0' }).click();
      await arrives(owner, '**/i/r1-0');
      // An old address that only one of the runs can mean leads to its identity.
      await world().owner.go(`${merged}/i/5`);
      await owner.getByRole('heading', { name: 'identity-000005 of run 2' }).waitFor();
      await world().owner.go(`${merged}/i/r1-5`);
      await owner.getByText('There is no such identity').waitFor();
    },
    3 * WORK_MS,
  );

  test(
    'the page of an identity shows what the version holds of it, and where the rest is',
    async () => {
      const { page: owner } = world().owner;
      await world().owner.go(`${merged}/i/r1-3`);
      await owner.getByText('This version holds one picture of this identity').waitFor();
      await owner.getByText(/^The run made \d+ more images of this identity/).waitFor();
      await owner.getByRole('link', { name: 'Next' }).click();
      await arrives(owner, '**/i/r2-0');
      await owner.getByRole('heading', { name: 'identity-000000 of run 2' }).waitFor();
      expect(await owner.getByText(/^The run made/).count()).toBe(0);
      await owner.getByRole('link', { name: 'Previous' }).click();
      await arrives(owner, '**/i/r1-3');
      await owner.getByRole('link', { name: 'See all of its images' }).click();
      await arrives(owner, '**/v/1/i/r1-3');
      await owner
        .getByRole('button', { name: /Variation 1/ })
        .first()
        .waitFor();
    },
    2 * MINUTE_MS,
  );

  test(
    'identities like one, of either run, are taken as a condition',
    async () => {
      const { page: owner } = world().owner;
      await world().owner.go(`${merged}/query?kind=reference`);
      await shows(owner, IDENTITIES + 4);
      await owner.getByLabel('Run', { exact: true }).selectOption('run 2');
      await owner.getByLabel('Number of the identity', { exact: true }).last().fill('0');
      await owner.getByLabel('How many').fill('8');
      await owner.getByRole('button', { name: 'Find' }).click();
      await owner.getByRole('button', { name: 'Select only these' }).click();
      await shows(owner, 9);
      expect(owner.url()).toContain('r2-0');
      await owner.reload();
      await shows(owner, 9);
    },
    2 * MINUTE_MS,
  );
}
