/** @file Lineage drawn in a browser: of a merge of a run and of a subset of another, with axe on it. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { describeInBrowser, MINUTE_MS, SOON } from './in-browser.ts';
import { lookAt } from './look.ts';
import { mutate, type Person } from './people.ts';

const RUN_TIMEOUT_MS = 4 * MINUTE_MS;
const PAUSE_MS = 500;

describeInBrowser('lineage', (stage) => {
  let ada: Person;
  let page: Page;

  beforeAll(async () => {
    ada = await stage.openPerson('ada@example.org');
    ({ page } = ada);
    await makeHistory();
  }, 10 * MINUTE_MS);

  /** Two runs of one recipe with another seed each, a tagged subset of the first, and its union with the second. */
  async function makeHistory(): Promise<void> {
    const { team } = await mutate<{ team: { id: string } }>(
      ada,
      'createTeam',
      { slug: 'lineage-lab', name: 'Lineage Lab' },
      'team { id }',
    );
    const { dataset } = await mutate<{ dataset: { id: string } }>(
      ada,
      'createDataset',
      { teamId: team.id, slug: 'faces', title: 'Faces' },
      'dataset { id }',
    );
    const limits = { maxIdentities: 100, maxSamples: 1000, minSeparation: 0 };
    await mutate(ada, 'setIdentityBudget', { datasetId: dataset.id, ...limits }, 'budget { id }');
    const { recipePresets } = await ada.ask<{
      recipePresets: readonly { readonly definition: Record<string, object> }[];
    }>('{ recipePresets { definition } }');
    const versions: string[] = [];
    for (const seed of [1, 2]) {
      const [preset] = recipePresets;
      const definition = {
        ...preset?.definition,
        identities: 6,
        seed,
        references: { algorithm: 'langevin', parameters: { iterations: 3 } },
        variations: { algorithm: 'dispersion', parameters: { variations: 2, iterations: 2 } },
      };
      const { recipe } = await mutate<{ recipe: { id: string } }>(
        ada,
        'createRecipe',
        { teamId: team.id, name: 'Quick faces', definition },
        'recipe { id }',
      );
      const { run } = await mutate<{ run: { id: string } }>(
        ada,
        'createRun',
        { datasetId: dataset.id, recipeId: recipe.id },
        'run { id }',
      );
      versions.push(await versionOf(run.id));
    }
    const [first, second] = versions;
    const { subset } = await mutate<{ subset: { id: string } }>(
      ada,
      'saveSubset',
      { versionId: first, name: 'Half of them', query: { limit: 9 } },
      'subset { id }',
    );
    const { version: part } = await mutate<{ version: { id: string } }>(
      ada,
      'materialiseSubset',
      { subsetId: subset.id, message: 'The first half' },
      'version { id }',
    );
    await ada.ask(
      'mutation ($input: VersionTagInput!) { tagVersion(input: $input) { userErrors { message } } }',
      { input: { versionId: part.id, name: 'half' } },
    );
    await mutate(
      ada,
      'mergeVersions',
      { versionIds: [part.id, second], message: 'Half and all of the second' },
      'version { id }',
    );
  }

  async function versionOf(runId: string): Promise<string> {
    const query =
      'query ($id: ID!) { node(id: $id) { ... on Run { state failure versions { id } } } }';
    const deadline = Date.now() + RUN_TIMEOUT_MS;
    while (Date.now() < deadline) {
      const { node } = await ada.ask<{
        node: { state: string; failure: string | null; versions: readonly { id: string }[] };
      }>(query, { id: runId });
      if (node.state === 'FAILED') throw new Error(node.failure ?? 'the run failed');
      const id = node.versions[0]?.id;
      if (id !== undefined) return id;
      await page.waitForTimeout(PAUSE_MS);
    }
    throw new Error('The run did not end in time.');
  }

  const look = (name: string) =>
    lookAt(page, name, {
      ready: () =>
        page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root') === null),
    });

  test(
    'the history of a dataset shows which version came of which, with tags and messages',
    async () => {
      await ada.go('/t/lineage-lab/d/faces');
      await page.getByText('Half and all of the second').waitFor();
      await page.getByText('from version 2 and version 3').waitFor();
      await page.getByText('half', { exact: true }).waitFor();
      // Two lines leave the merge, one the subset.
      const row = page.getByRole('listitem').filter({ hasText: 'Half and all of the second' });
      await expect.poll(() => row.locator('svg line').count(), SOON).toBe(2);
      await look('history');
    },
    2 * MINUTE_MS,
  );

  test(
    'a merge is drawn back to the models, its faces on it, and every card is reached by keyboard',
    async () => {
      await page.setViewportSize({ width: 1280, height: 900 });
      await ada.go('/t/lineage-lab/d/faces/v/4');
      await page.getByRole('link', { name: 'Lineage', exact: true }).click();
      await page.getByRole('heading', { name: 'Lineage of Faces, version 4' }).waitFor();
      await page.getByLabel('Steps').selectOption('8');
      const drawing = page.getByRole('region', { name: 'Lineage, drawn' });
      const cards = drawing.getByRole('listitem');
      await drawing.getByRole('link', { name: /^parametric-head@/ }).waitFor();
      // Four versions, a subset, two runs, two recipes, two models.
      await expect.poll(() => cards.count(), SOON).toBe(11);
      await expect.poll(() => drawing.locator('svg path[marker-end]').count(), SOON).toBe(13);
      await drawing.locator('img').first().waitFor();
      await expect.poll(() => drawing.locator('img').count(), SOON).toBe(4 + 4 + 3 + 4);
      await page.getByText('Terms upstream').waitFor();
      expect(await page.getByRole('term').allTextContents()).toEqual(['MIT']);

      await drawing.focus();
      await page.keyboard.press('Tab');
      const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
      expect(await focused()).toBe('Faces, version 4');
      await look('lineage');

      await page.setViewportSize({ width: 1280, height: 900 });
      await page.getByText('List', { exact: true }).click();
      const made = page.getByRole('region', { name: 'What made it' });
      await made
        .getByText('Made from Half of them (selected), Faces, version 1 (parent).')
        .waitFor();
      await look('lineage-list');
      await page.getByText('What came of it', { exact: true }).first().click();
      await page.getByText('1 thing, 0 relations').waitFor();

      await page.getByText('What made it', { exact: true }).first().click();
      await page.getByText('11 things, 13 relations').waitFor();
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'OpenLineage' }).click();
      const events = (await readFile(await (await downloading).path(), 'utf8')).trim().split('\n');
      // Two models, two recipes, a saved subset; two runs, a selection and a merge with their starts.
      expect(events.map((line) => (JSON.parse(line) as { producer: string }).producer)).toEqual(
        Array.from({ length: 13 }, () => expect.stringMatching(/^urn:colloid:/) as string),
      );
    },
    3 * MINUTE_MS,
  );

  test(
    'it begins at a model, a recipe, a run, a dataset and an identity too, and is nothing for what is not there',
    async () => {
      await page.setViewportSize({ width: 1280, height: 900 });
      await ada.go('/t/lineage-lab/models');
      await page.getByRole('link', { name: 'parametric-head', exact: true }).click();
      await page.getByRole('link', { name: 'Lineage', exact: true }).click();
      await page.getByRole('heading', { name: /^Lineage of parametric-head@/ }).waitFor();
      const drawing = page.getByRole('region', { name: 'Lineage, drawn' });
      await drawing.getByRole('link', { name: 'Faces, version 4', exact: true }).waitFor();
      for (const [address, link, heading] of [
        ['/t/lineage-lab/d/faces', 'Lineage', 'Lineage of 4 versions'],
        ['/t/lineage-lab/d/faces/v/1/i/0', 'Lineage', 'Lineage of Faces, run 1'],
        ['/t/lineage-lab/d/faces/runs/2', 'Lineage', 'Lineage of Faces, run 2'],
        [
          '/t/lineage-lab/d/faces/runs/2',
          'Lineage of the recipe Quick faces',
          'Lineage of Quick faces 2',
        ],
      ] as const) {
        await ada.go(address);
        await page.getByRole('link', { name: link, exact: true }).click();
        await page.getByRole('heading', { name: heading, exact: true }).waitFor();
      }
      await ada.go('/t/lineage-lab/lineage/nothing');
      await page.getByText('There is no such lineage').waitFor();
    },
    2 * MINUTE_MS,
  );
});
