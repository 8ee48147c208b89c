/** @file Querying a version, keeping subsets, comparing, merging, tagging and recipes side by side, in a browser on the real stack. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { findChromium } from './find-chromium.ts';
import { lookAt, LOOKS } from './look.ts';
import { leaveOutTests } from './subsets/leave-out-tests.ts';
import { mergeTests } from './subsets/merge-tests.ts';
import { queryTests } from './subsets/query-tests.ts';
import { recipeTests } from './subsets/recipe-tests.ts';
import { versionTests } from './subsets/version-tests.ts';
import {
  DATASET,
  makeVersion,
  MINUTE_MS,
  openSubsetWorld,
  type SubsetWorld,
} from './subsets/world.ts';

const executablePath = findChromium();
const isSkipped = executablePath === null && process.env['CI'] === undefined;
const title = isSkipped
  ? 'subsets in a browser (skipped: no Chromium or Chrome was found; set CHROMIUM to its path)'
  : 'subsets in a browser';

describe.skipIf(isSkipped)(title, () => {
  let opened: SubsetWorld;
  const world = () => opened;

  beforeAll(async () => {
    if (executablePath === null)
      throw new Error('CI needs Chromium: install it, or set CHROMIUM to its path.');
    opened = await openSubsetWorld(executablePath);
  }, 10 * MINUTE_MS);

  afterAll(async () => {
    await opened?.close();
  }, MINUTE_MS);

  test(
    'a run makes the version that is queried',
    async () => {
      await makeVersion(opened);
    },
    9 * MINUTE_MS,
  );

  // In this order: the versions of the second are what the last ones look at.
  queryTests(world);
  versionTests(world);
  mergeTests(world);
  leaveOutTests(world);
  recipeTests(world);

  test.each([
    ['query', `${DATASET}/v/1/query?theta=0.1..&kind=variation`, 'The same by GraphQL'],
    ['query-empty', `${DATASET}/v/1/query?theta=3..`, 'Nothing is selected'],
    ['compare', `${DATASET}/compare?before=1&after=2`, 'Only in version 1'],
    ['recipes', '/t/subset-lab/recipes', 'tick two to compare them'],
    ['identity', `${DATASET}/v/5/i/r1-0`, 'Most alike'],
    ['identities', `${DATASET}/v/5/i/0`, 'Which of them?'],
    ['dataset', DATASET, 'none is ever changed'],
    ['version', `${DATASET}/v/2`, 'The first four'],
  ])(
    'the page of %s fits narrow and wide screens, and axe finds nothing in either scheme',
    async (name, address, landmark) => {
      const { page } = opened.owner;
      await opened.owner.go(address);
      const looks = process.env['COLLOID_SCREENSHOTS'] === undefined ? LOOKS.slice(0, 2) : LOOKS;
      await lookAt(page, name, {
        looks,
        ready: () => page.getByText(landmark).locator('visible=true').first().waitFor(),
      });
    },
    2 * MINUTE_MS,
  );
});
