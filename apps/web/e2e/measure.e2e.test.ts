/** @file Measuring a version that exists: a subset by itself, and against a gallery that was chosen afterwards, in a browser on the real stack. */
import { beforeAll, expect, test } from 'vitest';
import { describeInBrowser, MINUTE_MS, SOON, WORK_MS } from './in-browser.ts';
import { LOOKS, lookAt } from './look.ts';
import { npyOf } from './npy.ts';
import { addMember, mutate, type Person } from './people.ts';

const DATASET = '/t/measure-lab/d/faces';
/** Numbers of an embedding of the built-in recogniser. */
const EMBEDDING = 128;

const LATER = { timeout: WORK_MS, interval: 500 };

const RECIPE = {
  generator: 'parametric-head@1',
  recogniser: 'parametric-head-id@1',
  identities: 5,
  references: { algorithm: 'langevin', parameters: { iterations: 2, timestep: -0.2 } },
  variations: {
    algorithm: 'dispersion',
    parameters: {
      variations: 3,
      iterations: 2,
      latentRadius: { meanDistances: 0.9 },
      initialNoise: { meanDistances: 0.03 },
    },
  },
  seed: 3,
};

describeInBrowser('measuring', (stage) => {
  let owner: Person;
  let viewer: Person;
  let versionId: string;

  beforeAll(async () => {
    [owner, viewer] = await Promise.all([
      stage.openPerson('owner@example.org'),
      stage.openPerson('viewer@example.org'),
    ]);
  }, 4 * MINUTE_MS);

  /** A team of two with a gallery, and the version of a run; its id. */
  async function makeVersion(): Promise<string> {
    const { team } = await mutate<{ team: { id: string } }>(
      owner,
      'createTeam',
      { slug: 'measure-lab', name: 'Measure Lab' },
      'team { id }',
    );
    const teamId = team.id;
    await addMember(owner, viewer, { teamId, email: 'viewer@example.org', role: 'VIEWER' });
    await registerGallery(teamId);
    const { dataset } = await mutate<{ dataset: { id: string } }>(
      owner,
      'createDataset',
      { teamId, slug: 'faces', title: 'Faces' },
      'dataset { id }',
    );
    const budget = { maxIdentities: 100, maxSamples: 1000, minSeparation: 0 };
    await mutate(owner, 'setIdentityBudget', { datasetId: dataset.id, ...budget }, 'budget { id }');
    const { recipe } = await mutate<{ recipe: { id: string } }>(
      owner,
      'createRecipe',
      { teamId, name: 'Plain', definition: RECIPE },
      'recipe { id }',
    );
    await mutate(owner, 'createRun', { datasetId: dataset.id, recipeId: recipe.id }, 'run { id }');
    const read = () =>
      owner.ask<{
        team: {
          dataset: {
            run: { state: string; failure: string | null };
            version: { id: string } | null;
          };
        };
      }>(
        '{ team(slug: "measure-lab") { dataset(slug: "faces") { run(number: 1) { state failure } version(number: 1) { id } } } }',
      );
    await expect
      .poll(async () => {
        const { run } = (await read()).team.dataset;
        return run.failure ?? run.state;
      }, LATER)
      .toBe('SUCCEEDED');
    return (await read()).team.dataset.version?.id ?? '';
  }

  /** Rows at right angles to each other: every image is nearer than that to about half of them. */
  async function registerGallery(teamId: string): Promise<void> {
    const rows = new Float32Array(EMBEDDING * EMBEDDING);
    for (let row = 0; row < EMBEDDING; row += 1) rows[row * EMBEDDING + row] = 1;
    const { request } = owner.context;
    const address = `${stage.stack.url}/uploads/galleries/${encodeURIComponent(teamId)}/faces.npy`;
    const response = await request.put(address, {
      headers: { origin: stage.stack.url, 'content-type': 'application/octet-stream' },
      data: Buffer.from(npyOf(rows, EMBEDDING)),
    });
    const { upload } = (await response.json()) as { upload: string };
    const { team } = await owner.ask<{ team: { models: { id: string; kind: string }[] } }>(
      '{ team(slug: "measure-lab") { models { id kind } } }',
    );
    const recogniserVersionId = team.models.find(({ kind }) => kind === 'RECOGNISER')?.id;
    const set = { teamId, name: 'axes', version: '1', recogniserVersionId, uploads: [upload] };
    await mutate(owner, 'registerGallery', set, 'gallery { id }');
  }

  test(
    'a run makes the version that is measured',
    async () => {
      versionId = await makeVersion();
    },
    9 * MINUTE_MS,
  );

  test(
    'a subset is measured by itself, and its page fills with charts while one looks',
    async () => {
      const query = { where: { kind: 'VARIATION' }, perIdentity: 2, seed: 1 };
      await mutate(owner, 'materialiseSubset', { versionId, query }, 'version { id }');
      const { page } = owner;
      await owner.go(`${DATASET}/v/2`);
      await page.getByText(/^10 genuine and 10 impostor pairs/).waitFor({ timeout: WORK_MS });
      await page
        .getByRole('img', { name: 'Histogram of angles within identities and between identities' })
        .waitFor();
      const closest = page.getByRole('list', { name: 'Closest identities' });
      expect(await closest.getByRole('listitem').count()).toBeGreaterThan(0);
      await owner.go(`${DATASET}/compare?before=1&after=2`);
      const row = page.getByRole('row', { name: /^Genuine pairs/ });
      await row.waitFor();
      expect(await row.getByRole('cell').allTextContents()).toEqual(['15', '10', '−5']);
    },
    8 * MINUTE_MS,
  );

  test(
    'somebody measures it against a gallery and sees whose images are close to it',
    async () => {
      const { page } = owner;
      await owner.go(`${DATASET}/v/2`);
      await page.getByRole('button', { name: 'Measure against a gallery…' }).click();
      const dialog = page.getByRole('dialog');
      expect(await dialog.getByRole('button', { name: 'Measure' }).isDisabled()).toBe(true);
      await dialog.getByLabel('axes@1').check();
      await dialog.getByRole('button', { name: 'Measure' }).click();
      await dialog.waitFor({ state: 'hidden' });
      const found = page.getByRole('region', { name: 'Leakage to axes@1' });
      await found.waitFor({ timeout: WORK_MS });
      await found.getByText('10 images against 128 faces, by parametric-head-id@1').waitFor();
      await found.getByText('100 %').waitFor();
      await expect.poll(() => found.getByRole('listitem').count(), SOON).toBe(12);
      await expect
        .poll(
          () => found.getByRole('img', { name: /^Image [1-3] of identity [0-4]$/ }).count(),
          SOON,
        )
        .toBe(12);
      await page.getByRole('button', { name: 'Measure against a gallery…' }).click();
      await dialog.getByText('Measured already.').waitFor();
      expect(await dialog.getByLabel('axes@1').isDisabled()).toBe(true);
      await page.keyboard.press('Escape');
    },
    8 * MINUTE_MS,
  );

  test(
    'who may only read sees what was found and cannot ask for more',
    async () => {
      const { page } = viewer;
      await viewer.go(`${DATASET}/v/2`);
      await page.getByRole('region', { name: 'Leakage to axes@1' }).waitFor();
      expect(await page.getByRole('button', { name: 'Measure against a gallery…' }).count()).toBe(
        0,
      );
    },
    MINUTE_MS,
  );

  test.each([
    ['version', `${DATASET}/v/2`, 'Images under the threshold'],
    ['gallery', '/t/measure-lab/galleries/axes/1', 'no image is kept'],
  ])(
    'the page of a %s fits narrow and wide screens, and axe finds nothing in either scheme',
    async (name, address, landmark) => {
      const { page } = owner;
      await owner.go(address);
      const ready = () => page.getByText(landmark).locator('visible=true').first().waitFor();
      await lookAt(page, `measure-${name}`, { looks: LOOKS.slice(0, 2), ready });
    },
    2 * MINUTE_MS,
  );

  test('nothing was complained about in the console', () => {
    expect([...owner.complaints, ...viewer.complaints]).toEqual([]);
  });
});
