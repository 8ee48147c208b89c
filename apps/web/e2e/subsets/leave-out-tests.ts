/** @file A release whose identities are too close to each other, and the click that makes a version without them. */
import { expect, test } from 'vitest';
import { WORK_MS } from '../in-browser.ts';
import { mutate } from '../people.ts';
import { askFaces, DATASET, IDENTITIES, type SubsetWorld } from './world.ts';

const RELEASE = `${DATASET}/releases/1`;

interface Found {
  readonly id: string;
  readonly version: {
    readonly id: string;
    readonly identities: {
      readonly edges: readonly { readonly node: { readonly nearestDistance: number } }[];
    };
  };
}

/** The first version against a budget that asks for more separation than its closest pair has. */
export function leaveOutTests(world: () => SubsetWorld): void {
  test(
    'a check finds who is too close, one click makes the version without them, and the release changes to it',
    async () => {
      const { owner } = world();
      const { page } = owner;
      const { id: datasetId, version } = await askFaces<Found>(
        owner,
        'id version(number: 1) { id identities(first: 1, orderBy: NEAREST_DISTANCE) { edges { node { nearestDistance } } } }',
      );
      const closest = version.identities.edges[0]?.node.nearestDistance ?? 0;
      const budget = { maxIdentities: 100, maxSamples: 1000, minSeparation: closest + 0.01 };
      await mutate(owner, 'setIdentityBudget', { datasetId, ...budget }, 'budget { id }');
      const { release } = await mutate<{ release: { id: string } }>(
        owner,
        'createRelease',
        {
          versionId: version.id,
          semanticVersion: '1.0.0',
          title: 'Faces',
          terms: { licence: 'CC-BY-4.0' },
        },
        'release { id }',
      );
      await mutate(owner, 'runReleaseChecks', { releaseId: release.id }, 'release { id }');

      await owner.go(RELEASE);
      // The evidence of a check that failed is open.
      const remedy = page.getByRole('region', { name: 'Leave out who is too close' });
      await remedy.waitFor({ timeout: WORK_MS });
      const words = await remedy.textContent();
      const left = Number(/Without (\d+) of them/.exec(words ?? '')?.[1]);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThan(IDENTITIES);
      // A face of the evidence leads to its identity, by run and number.
      const face = page
        .getByRole('link')
        .filter({ has: page.getByRole('img', { name: /^Reference of identity \d+ of run 1$/ }) })
        .first();
      expect(await face.getAttribute('href')).toMatch(/\/v\/1\/i\/r1-\d+$/);

      await remedy.getByRole('button', { name: /^Make a version without/ }).click();
      const dialog = page.getByRole('dialog');
      expect(await dialog.getByLabel('What is it for?').inputValue()).toMatch(
        /^Version 1 without \d+ identit/,
      );
      await dialog.getByRole('button', { name: 'Make version' }).click();
      await dialog.waitFor({ state: 'hidden' });
      const made = await askFaces<{
        release: { version: { number: number; origin: string; identityCount: number } };
      }>(owner, 'release(number: 1) { version { number origin identityCount } }');
      expect(made.release.version).toMatchObject({
        origin: 'SUBSET',
        identityCount: IDENTITIES - left,
      });
      await page
        .getByText(`Version ${String(made.release.version.number)}`)
        .first()
        .waitFor();

      // What was made keeps the separation: the check that failed passes for it.
      await mutate(owner, 'runReleaseChecks', { releaseId: release.id }, 'release { id }');
      const check = page.getByRole('list', { name: 'Checks' }).getByRole('listitem').filter({
        hasText: 'Budget and separation',
      });
      await check.getByText('Passed', { exact: true }).waitFor({ timeout: WORK_MS });
    },
    3 * WORK_MS,
  );
}
