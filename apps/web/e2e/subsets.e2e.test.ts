/** @file Querying a version, keeping subsets, comparing, merging, tagging and recipes side by side, in a browser on the real stack. */
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from './faults-of.ts';
import { CHROMIUM_FLAGS, findChromium } from './find-chromium.ts';
import { startStack, type Stack } from './stack.ts';

const MINUTE_MS = 60_000;
const IDENTITIES = 6;
const DATASET = '/t/subset-lab/d/faces';

const executablePath = findChromium();
const isSkipped = executablePath === null && process.env['CI'] === undefined;
const title = isSkipped
  ? 'subsets in a browser (skipped: no Chromium or Chrome was found; set CHROMIUM to its path)'
  : 'subsets in a browser';

/** How long a page that is asked for something may take on a busy machine. */
const SOON = { timeout: 20_000, interval: 100 };

/** Narrow and wide in either scheme; the first two show what is wrong with most. */
const LOOKS = [
  ['light', 390],
  ['dark', 1280],
  ['light', 1280],
  ['dark', 390],
] as const;

interface SamplesAnswer {
  readonly node: {
    readonly selection: {
      readonly samples: {
        readonly edges: readonly {
          readonly node: {
            readonly ordinal: number;
            readonly identity: { readonly name: string };
          };
        }[];
      };
    };
  };
}

/** What two runs compute: the same but for their seed. */
const recipe = (seed: number) => ({
  generator: 'parametric-head@1',
  recogniser: 'parametric-head-id@1',
  identities: IDENTITIES,
  references: { algorithm: 'langevin', parameters: { iterations: 2, timestep: -0.2 } },
  variations: {
    algorithm: 'covariates',
    covariates: 'parametric-head-covariates@1',
    expressions: ['smile'],
  },
  seed,
});

describe.skipIf(isSkipped)(title, () => {
  let stack: Stack;
  let browser: Browser;
  let owner: Page;
  let viewer: Page;

  beforeAll(async () => {
    if (executablePath === null)
      throw new Error('CI needs Chromium: install it, or set CHROMIUM to its path.');
    stack = await startStack();
    browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    const pageOf = async () =>
      (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    [owner, viewer] = await Promise.all([pageOf(), pageOf()]);
    await owner.goto(await stack.signInAddress('owner@example.org'));
    await owner.getByRole('button', { name: 'Create a team' }).waitFor();
    await viewer.goto(await stack.signInAddress('viewer@example.org'));
    await viewer.getByRole('button', { name: 'Create a team' }).waitFor();
  }, 10 * MINUTE_MS);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, MINUTE_MS);

  const go = (page: Page, address: string) => page.goto(new URL(address, stack.url).href);
  const figure = (page: Page, label: string) =>
    page.locator('dl > div').filter({ has: page.getByText(label, { exact: true }) });
  const faces = (page: Page) =>
    page.getByRole('list', { name: 'Selected faces' }).getByRole('listitem');

  const namesOf = (page: Page) =>
    faces(page)
      .getByRole('img')
      .evaluateAll((images) => images.map((image) => image.getAttribute('alt')));
  const shows = (page: Page, count: number) =>
    expect.poll(() => faces(page).count(), SOON).toBe(count);

  /** Asks the server as the person of the page. */
  async function ask<T>(page: Page, query: string, variables: object = {}): Promise<T> {
    const answer = await page.evaluate(async (body) => {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      return (await response.json()) as { data: unknown; errors?: object[] };
    }, JSON.stringify({ query, variables }));
    expect(answer.errors).toBeUndefined();
    return answer.data as T;
  }

  async function mutate<T>(page: Page, name: string, input: object, answer: string): Promise<T> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${answer} userErrors { message } } }`;
    const data = await ask<Record<string, T & { userErrors: object[] }>>(page, query, { input });
    const payload = data[name];
    if (payload === undefined) throw new Error(`${name} answered nothing.`);
    expect(payload.userErrors).toEqual([]);
    return payload;
  }

  /** A team of two, a dataset, two recipes, and the version of a run. */
  async function makeVersion(): Promise<void> {
    const { team } = await mutate<{ team: { id: string } }>(
      owner,
      'createTeam',
      { slug: 'subset-lab', name: 'Subset Lab' },
      'team { id }',
    );
    const teamId = team.id;
    const invited = { teamId, email: 'viewer@example.org', role: 'VIEWER' };
    const { issued } = await mutate<{ issued: { path: string } }>(
      owner,
      'inviteMember',
      invited,
      'issued { path }',
    );
    const token = new URL(issued.path, stack.url).searchParams.get('token') ?? '';
    await mutate(viewer, 'acceptInvitation', { token }, 'team { id }');
    const { dataset } = await mutate<{ dataset: { id: string } }>(
      owner,
      'createDataset',
      { teamId, slug: 'faces', title: 'Faces' },
      'dataset { id }',
    );
    await mutate(
      owner,
      'setIdentityBudget',
      { datasetId: dataset.id, maxIdentities: 100, maxSamples: 1000, minSeparation: 0 },
      'budget { id }',
    );
    await expect
      .poll(
        async () => {
          const { team: found } = await ask<{ team: { covariateSet: { state: string } | null } }>(
            owner,
            '{ team(slug: "subset-lab") { covariateSet(name: "parametric-head-covariates", version: "1") { state } } }',
          );
          return found.covariateSet?.state;
        },
        { timeout: 3 * MINUTE_MS, interval: 500 },
      )
      .toBe('READY');
    const make = (seed: number) =>
      mutate<{ recipe: { id: string } }>(
        owner,
        'createRecipe',
        { teamId, name: 'Plain', definition: recipe(seed) },
        'recipe { id }',
      );
    const { recipe: first } = await make(1);
    await make(2);
    await mutate(owner, 'createRun', { datasetId: dataset.id, recipeId: first.id }, 'run { id }');
    await expect
      .poll(
        async () => {
          const { team: found } = await ask<{
            team: { dataset: { run: { state: string; failure: string | null } } };
          }>(
            owner,
            '{ team(slug: "subset-lab") { dataset(slug: "faces") { run(number: 1) { state failure } } } }',
          );
          const { state, failure } = found.dataset.run;
          return failure ?? state;
        },
        { timeout: 5 * MINUTE_MS, interval: 500 },
      )
      .toBe('SUCCEEDED');
  }

  test(
    'a run makes the version that is queried',
    async () => {
      await makeVersion();
    },
    9 * MINUTE_MS,
  );

  test(
    'somebody narrows a version by controls, and the printed GraphQL selects the same faces',
    async () => {
      await go(owner, `${DATASET}/v/1`);
      await owner.getByRole('link', { name: 'Query' }).click();
      await owner.waitForURL('**/v/1/query');
      await faces(owner).first().waitFor();
      const all = Number(
        (await figure(owner, 'Selected').locator('dd').first().textContent()) ?? 0,
      );
      expect(all).toBeGreaterThan(2 * IDENTITIES);
      await owner.getByText('Variations', { exact: true }).first().click();
      await figure(owner, 'Selected')
        .getByText(String(all - IDENTITIES))
        .waitFor();
      await owner.getByLabel('Of each identity').fill('1');
      await owner.getByLabel('Seed of the draw').fill('7');
      await figure(owner, 'Selected').getByText(String(IDENTITIES), { exact: true }).waitFor();
      await owner.getByRole('combobox', { name: 'Covariates' }).click();
      await owner.getByRole('option', { name: 'pose:left/right' }).click();
      await owner.getByLabel('pose:left/right, from').fill('0.5');
      const selected = figure(owner, 'Selected').locator('dd').first();
      // One variation of each is turned to the right.
      await expect.poll(() => owner.url(), SOON).toContain('covariate=pose');
      await shows(owner, IDENTITIES);
      expect(await selected.textContent()).toBe(String(IDENTITIES));

      const text = async (label: string) =>
        (await owner.getByRole('region', { name: `Text of the ${label}` }).textContent()) ?? '';
      await expect.poll(() => text('variables'), SOON).toContain('pose:left/right');
      const variables = JSON.parse(await text('variables')) as object;
      const { node } = await ask<SamplesAnswer>(owner, await text('operation'), variables);
      const { edges } = node.selection.samples;
      expect(edges).toHaveLength(IDENTITIES);
      const names = edges.map(
        (edge) => `Variation ${String(edge.node.ordinal)} of ${edge.node.identity.name}`,
      );
      await expect.poll(() => namesOf(owner), SOON).toEqual(names);
    },
    2 * MINUTE_MS,
  );

  test(
    'a viewer opens the address of the query, sees the same, and may change nothing',
    async () => {
      await go(viewer, owner.url());
      await faces(viewer).first().waitFor();
      expect(await faces(viewer).count()).toBe(IDENTITIES);
      expect(await viewer.getByLabel('pose:left/right, from').inputValue()).toBe('0.5');
      expect(await viewer.getByRole('button', { name: 'Save subset' }).count()).toBe(0);
      expect(await viewer.getByRole('button', { name: 'Make a version' }).count()).toBe(0);
      await go(viewer, `${DATASET}/v/1`);
      await viewer.getByRole('link', { name: 'Query' }).waitFor();
      expect(await viewer.getByRole('button', { name: /^Tag version/ }).count()).toBe(0);
    },
    MINUTE_MS,
  );

  test(
    'what cannot be is said in a sentence, and nothing that was set is lost',
    async () => {
      const before = await faces(owner).count();
      await owner.getByLabel('θ to the reference, from').and(owner.getByRole('textbox')).fill('1');
      await owner.getByLabel('θ to the reference, to').and(owner.getByRole('textbox')).fill('0.5');
      await owner.getByText('From 1 to 0.5 there is nothing').waitFor();
      expect(await owner.getByRole('button', { name: 'Make a version' }).isDisabled()).toBe(true);
      await owner.getByLabel('θ to the reference, to').and(owner.getByRole('textbox')).fill('3');
      await owner.getByText('Nothing is selected').waitFor();
      await owner.getByLabel('θ to the reference, from').and(owner.getByRole('textbox')).fill('');
      await shows(owner, before);

      await owner.getByLabel('Further conditions').fill('{ "colour": "red" }');
      await owner
        .getByText(/colour/)
        .locator('visible=true')
        .nth(1)
        .waitFor();
      expect(await owner.getByLabel('pose:left/right, from').inputValue()).toBe('0.5');
      await owner.getByLabel('Further conditions').fill('');
      await shows(owner, before);

      await owner.route('**/graphql', (route) => route.abort());
      await owner.getByLabel('Samples in all').fill('2');
      await owner.getByText('The server cannot be reached').first().waitFor();
      expect(await owner.getByLabel('Samples in all').inputValue()).toBe('2');
      await owner.unroute('**/graphql');
      await owner.getByRole('button', { name: 'Try again' }).first().click();
      await shows(owner, 2);

      await go(viewer, `${DATASET}/v/1/query?theta=abc&limit=-1&kind=variation`);
      await viewer.getByText("'theta' is 'abc', and a range such as 0.1..0.5").waitFor();
      await viewer.getByText('Give a whole number from 1').waitFor();
    },
    2 * MINUTE_MS,
  );

  test(
    'a query is saved, opened, renamed, made a version with its lineage, and deleted',
    async () => {
      await go(owner, `${DATASET}/v/1/query?identity=..3&kind=reference`);
      await shows(owner, 4);
      await owner.getByRole('button', { name: 'Save subset' }).click();
      await owner.getByRole('dialog').getByLabel('Name').fill('First four');
      await owner.getByRole('dialog').getByRole('button', { name: 'Save subset' }).click();
      const saved = owner.getByRole('list', { name: 'Saved subsets' });
      await saved.getByText('references, identity up to 3').waitFor();
      await owner.getByRole('button', { name: 'Clear', exact: true }).click();
      await saved.getByRole('button', { name: 'Open First four' }).click();
      await shows(owner, 4);
      const menu = async (name: string, item: string) => {
        await saved.getByRole('button', { name: `More for ${name}` }).click();
        await owner.getByRole('menuitem', { name: item }).click();
      };
      await menu('First four', 'Rename');
      await owner.getByRole('dialog').getByLabel('Name').fill('Low numbers');
      await owner.keyboard.press('Enter');
      await saved.getByText('Low numbers').waitFor();
      await menu('Low numbers', 'Make a version');
      await owner.getByLabel('What is it for?').fill('The first four');
      await owner.keyboard.press('Enter');
      await owner.waitForURL('**/v/2');
      await owner.getByText('The first four').waitFor();
      await owner.getByRole('link', { name: 'version 1', exact: true }).waitFor();
      await owner.getByRole('link', { name: 'references, identity up to 3' }).waitFor();
      await owner.goBack();
      await menu('Low numbers', 'Delete');
      await owner.getByRole('button', { name: 'Delete the subset' }).click();
      await owner.getByText('None yet').waitFor();
    },
    2 * MINUTE_MS,
  );

  test(
    'identities like one are found, on its page and as a condition',
    async () => {
      await go(owner, `${DATASET}/v/1/i/0`);
      const alike = owner.getByRole('list', { name: 'Identities like it' }).getByRole('listitem');
      await alike.first().waitFor();
      expect(await alike.count()).toBe(IDENTITIES - 1);
      await go(owner, `${DATASET}/v/1/query?kind=reference`);
      await owner.getByLabel('Number of the identity', { exact: true }).last().fill('0');
      await owner.getByLabel('How many').fill('2');
      await owner.getByRole('button', { name: 'Find' }).click();
      await owner.getByRole('button', { name: 'Select only these' }).click();
      await shows(owner, 3);
      expect(owner.url()).toContain('only=0');
    },
    2 * MINUTE_MS,
  );

  test(
    'versions are tagged, compared, and merged once what they share is shown',
    async () => {
      const tag = async (version: number) => {
        await go(owner, `${DATASET}/v/${String(version)}`);
        await owner.getByRole('button', { name: `Tag version ${String(version)}` }).click();
        await owner.getByRole('textbox', { name: 'Tag' }).fill('v1.0');
        await owner.keyboard.press('Enter');
      };
      await tag(1);
      await owner.getByRole('button', { name: 'Take the tag v1.0 away' }).waitFor();
      await tag(2);
      await owner.getByText("Version 1 has the tag 'v1.0'").waitFor();

      await owner.keyboard.press('Escape');
      await owner.getByRole('link', { name: 'Compare' }).click();
      await owner.waitForURL('**/compare?before=1&after=2');
      await figure(owner, 'Identities kept').getByText('4', { exact: true }).waitFor();
      await figure(owner, 'Identities removed').getByText('2', { exact: true }).waitFor();
      await owner.getByRole('list', { name: 'Only in version 1' }).waitFor();
      await owner.getByRole('table', { name: 'Metrics of both versions' }).waitFor();

      await go(owner, DATASET);
      await owner.getByRole('button', { name: 'Merge' }).click();
      await owner.getByRole('checkbox', { name: 'Version 1' }).check();
      await owner.getByRole('checkbox', { name: 'Version 2' }).check();
      await owner.getByText('Run 1 is part of versions 1 and 2.').waitFor();
      const merge = owner.getByRole('dialog').getByRole('button', { name: 'Merge', exact: true });
      expect(await merge.isDisabled()).toBe(true);
      await owner.getByRole('checkbox', { name: 'Unite them' }).check();
      await merge.click();
      await owner.waitForURL('**/v/3');
    },
    2 * MINUTE_MS,
  );

  test(
    'two recipes are compared value by value',
    async () => {
      await go(owner, '/t/subset-lab/recipes');
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

  test.each([
    ['query', `${DATASET}/v/1/query?theta=0.1..&kind=variation`, 'The same by GraphQL'],
    ['query-empty', `${DATASET}/v/1/query?theta=3..`, 'Nothing is selected'],
    ['compare', `${DATASET}/compare?before=1&after=2`, 'Only in version 1'],
    ['recipes', '/t/subset-lab/recipes', 'tick two to compare them'],
    ['identity', `${DATASET}/v/1/i/0`, 'Most alike'],
    ['dataset', DATASET, 'none is ever changed'],
    ['version', `${DATASET}/v/2`, 'The first four'],
  ])(
    'the page of %s fits narrow and wide screens, and axe finds nothing in either scheme',
    async (name, address, landmark) => {
      await go(owner, address);
      const folder = process.env['COLLOID_SCREENSHOTS'];
      for (const [colorScheme, width] of folder === undefined ? LOOKS.slice(0, 2) : LOOKS) {
        // Without motion, so that no colour is looked at on its way to another.
        await owner.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await owner.setViewportSize({ width, height: 900 });
        // The scheme is changed by a script of the page, a moment later.
        await owner.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
        await owner.getByText(landmark).locator('visible=true').first().waitFor();
        const overflow = await owner.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow, `${String(width)} px, ${colorScheme}`).toBe(0);
        expect(await faultsOf(owner), `${String(width)} px, ${colorScheme}`).toEqual([]);
        if (folder === undefined) continue;
        const file = path.join(folder, `${name}-${colorScheme}-${String(width)}.png`);
        await owner.waitForLoadState('networkidle');
        await owner.screenshot({ path: file, fullPage: true });
      }
      await owner.emulateMedia({ colorScheme: 'light' });
      await owner.setViewportSize({ width: 1280, height: 900 });
    },
    2 * MINUTE_MS,
  );
});
