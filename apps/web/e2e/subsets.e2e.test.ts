/** @file Querying a version, keeping subsets, comparing, merging, tagging and recipes side by side, in a browser on the real stack. */
import { beforeAll, test } from 'vitest';
import { describeInBrowser, MINUTE_MS } from './in-browser.ts';
import { lookAt, LOOKS } from './look.ts';
import { leaveOutTests } from './subsets/leave-out-tests.ts';
import { mergeTests } from './subsets/merge-tests.ts';
import { queryTests } from './subsets/query-tests.ts';
import { recipeTests } from './subsets/recipe-tests.ts';
import { versionTests } from './subsets/version-tests.ts';
import { DATASET, makeVersion, type SubsetWorld } from './subsets/world.ts';

describeInBrowser('subsets', (stage) => {
  let opened: SubsetWorld;
  const world = () => opened;

  beforeAll(async () => {
    const [owner, viewer] = await Promise.all([
      stage.openPerson('owner@example.org'),
      stage.openPerson('viewer@example.org'),
    ]);
    opened = { owner, viewer };
  }, 4 * MINUTE_MS);

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
