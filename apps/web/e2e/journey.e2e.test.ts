import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { choose } from './choose.ts';
import { dropFolder } from './drop-folder.ts';
import { readFacePixels } from './face-pixels.ts';
import { arrives, describeInBrowser, MINUTE_MS, SOON, WORK_MS } from './in-browser.ts';
import { fits } from './look.ts';
import { npyOf } from './npy.ts';
import { listen } from './people.ts';

const BUILT_IN_RECOGNISER = path.resolve(
  import.meta.dirname,
  '../../../packages/models/built-in/parametric-head-id',
);
const RUN_TIMEOUT_MS = 8 * MINUTE_MS;
const IDENTITIES = 8;
/** Numbers in an embedding of the built-in recogniser. */
const EMBEDDING = 128;

describeInBrowser('a journey', (stage) => {
  let context: BrowserContext;
  const complaints: string[] = [];

  beforeAll(async () => {
    context = await stage.newContext();
  });

  async function open(address: string): Promise<Page> {
    const page = await context.newPage();
    listen(page, complaints);
    await stage.go(page, address);
    return page;
  }

  test(
    'somebody signs in once, makes a team, a dataset and a budget, starts a run, watches it finish and looks at a face',
    async () => {
      const address = await stage.stack.signInAddress('journey@example.org');
      const page = await open(address);

      await page.getByRole('button', { name: 'Create a team' }).click();
      await page.getByLabel('Name').fill('Journey Lab');
      await page.getByRole('button', { name: 'Create team' }).click();
      await arrives(page, '**/t/journey-lab');

      await page.getByRole('button', { name: 'New dataset' }).click();
      await page.getByLabel('Title').fill('First Faces');
      await page.getByRole('button', { name: 'Create dataset' }).click();
      await arrives(page, '**/d/first-faces');

      await page.getByRole('button', { name: 'Set a budget' }).click();
      await page.getByLabel('Identities').fill('20');
      await page.getByLabel('Images').fill('200');
      await page.getByRole('button', { name: 'Save budget' }).click();
      await page.getByText('20 left of 20').waitFor();

      await page.getByRole('link', { name: 'New run' }).first().click();
      const number = (field: string) => page.locator(`[data-path="${field}"] input`);
      await number('identities').fill('21');
      await page.getByText('The budget has 20 identities left').waitFor();
      expect(await page.getByRole('button', { name: 'Start run' }).isDisabled()).toBe(true);
      await number('identities').fill(String(IDENTITIES));
      await number('references.parameters.iterations').fill('4');
      await number('variations.parameters.variations').fill('2');
      await number('variations.parameters.iterations').fill('3');
      await page.getByRole('button', { name: 'Start run' }).click();
      await arrives(page, '**/runs/1');

      await page.getByRole('link', { name: 'Open version 1' }).click({ timeout: RUN_TIMEOUT_MS });
      await arrives(page, '**/v/1');
      const tiles = page.getByRole('region', { name: 'Identities' }).getByRole('link');
      await tiles.first().waitFor();
      await expect.poll(() => tiles.count(), SOON).toBe(IDENTITIES);

      await tiles.first().click();
      await arrives(page, '**/i/r1-0');
      const face = await readFacePixels(page.getByAltText('Reference of identity-000000').first());
      expect(face.naturalWidth).toBeGreaterThan(0);
      expect(face.variance).toBeGreaterThan(100);
      const variations = page.getByAltText(/^Variation \d+$/);
      await expect.poll(() => variations.count(), SOON).toBe(2);
      expect((await readFacePixels(variations.first())).variance).toBeGreaterThan(100);
      expect(complaints).toEqual([]);

      const again = await (await stage.newContext()).newPage();
      await stage.go(again, address);
      await again.getByText('used already or is too old').waitFor();
      await again.context().close();
    },
    RUN_TIMEOUT_MS + 2 * MINUTE_MS,
  );

  test(
    'somebody chooses or drops the folder of a model, watches its check, and finds it among the choices of a recipe',
    async () => {
      complaints.length = 0;
      const folder = await writeModelFolder('uploaded-recogniser');
      try {
        const page = await open('/t/journey-lab/models');
        await page.getByLabel('Folder of a model').setInputFiles(folder);
        await arrives(page, '**/models/recogniser/uploaded-recogniser/1');
        await page.getByText('Ready', { exact: true }).waitFor({ timeout: WORK_MS });
        await page.getByText('Gradients agree with finite differences').waitFor();

        await page.getByRole('button', { name: 'Check again' }).click();
        await page.getByRole('button', { name: 'Check it' }).click();
        await page.getByText('Being checked').first().waitFor();
        await page.getByText('Ready', { exact: true }).waitFor({ timeout: WORK_MS });
        await page.getByRole('button', { name: 'Remove' }).click();
        await page.getByRole('button', { name: 'Remove the model' }).click();
        await arrives(page, '**/t/journey-lab/models');
        await page
          .getByRole('link', { name: 'uploaded-recogniser' })
          .waitFor({ state: 'detached' });
        const place = page.getByRole('region', { name: 'Register a model' });
        await dropFolder(place, folder);
        await arrives(page, '**/models/recogniser/uploaded-recogniser/1');
        await page.getByText('Ready', { exact: true }).waitFor({ timeout: WORK_MS });

        await stage.go(page, '/t/journey-lab/d/first-faces/runs/new');
        await choose(page.getByRole('combobox', { name: 'Recogniser' }), 'uploaded-recogniser@1');

        await writeFile(path.join(folder, 'model.json'), '{ "kind": "recogniser" }');
        await stage.go(page, '/t/journey-lab/models');
        await dropFolder(place, folder);
        await page.getByText('The model was not registered').waitFor();
        expect(complaints).toEqual([]);
        await page.close();
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    3 * WORK_MS,
  );

  test(
    'somebody registers a gallery, is told what is wrong with another one, and finds the good one in the recipe form',
    async () => {
      complaints.length = 0;
      const folder = await mkdtemp(path.join(tmpdir(), 'colloid-e2e-gallery-'));
      const page = await open('/t/journey-lab/galleries');
      const register = async (name: string, rows: Float32Array) => {
        const file = path.join(folder, `${name}.npy`);
        await writeFile(file, npyOf(rows, EMBEDDING));
        await page.getByRole('button', { name: 'Register a gallery' }).click();
        const dialog = page.getByRole('dialog');
        const chooser = page.waitForEvent('filechooser');
        await dialog.getByRole('button', { name: 'Embeddings or images' }).click();
        await (await chooser).setFiles(file);
        await dialog.getByLabel('Name').fill(name);
        await choose(dialog.getByRole('combobox', { name: 'Recogniser' }), 'parametric-head-id@1');
        await dialog.getByRole('button', { name: 'Register', exact: true }).click();
        await dialog.waitFor({ state: 'hidden' });
      };
      try {
        await page.getByText('No gallery yet').waitFor();
        const rows = Float32Array.from({ length: 5 * EMBEDDING }, (_, at) => Math.sin(at + 1));
        await register('training-set', rows);
        await page.getByText('5 embeddings').waitFor({ timeout: WORK_MS });
        await register('broken', rows.fill(Number.NaN));
        await page.getByText('Row 0 (from 0) holds a number').waitFor({ timeout: WORK_MS });

        await stage.go(page, '/t/journey-lab/d/first-faces/runs/new');
        const field = (name: string) => page.locator(`[data-path="${name}"] input`).first();
        await choose(field('references.gallery'), 'training-set@1');
        await page.locator('[data-path="references.parameters.constantDistance"]').waitFor();
        await choose(field('variations.algorithm'), 'DisCo: along covariates');
        await choose(field('variations.covariates'), 'parametric-head-covariates@1');
        expect(complaints).toEqual([]);
        await page.close();
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    2 * WORK_MS,
  );

  test(
    'somebody pauses a run, branches it with another value, and cancels both',
    async () => {
      complaints.length = 0;
      const page = await open('/t/journey-lab/d/first-faces/runs/new');
      const number = (field: string) => page.locator(`[data-path="${field}"] input`);
      await number('identities').fill('4');
      await number('references.parameters.iterations').fill('2000');
      // Four identities can never all be this far apart, so that the run does not come to rest before it is cancelled.
      await number('references.parameters.repulsionRadius').fill('3');
      await number('variations.parameters.variations').fill('2');
      await page.getByRole('button', { name: 'Start run' }).click();
      await arrives(page, '**/runs/2');
      await page.getByText('Cockpit').waitFor({ timeout: WORK_MS });
      await page.getByRole('row', { name: /^Repulsion/ }).waitFor();

      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await page.getByText('Resume it and it goes on').waitFor({ timeout: WORK_MS });
      await page.getByRole('button', { name: 'Branch' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('[data-path="references.parameters.repulsionRadius"] input').fill('2.9');
      await dialog.getByRole('button', { name: 'Start the branch' }).click();
      await arrives(page, '**/runs/3');
      await page.getByText('Its references go on from iteration').waitFor();

      for (const run of [3, 2]) {
        await stage.go(page, `/t/journey-lab/d/first-faces/runs/${String(run)}`);
        await page.getByRole('button', { name: 'Cancel run' }).click();
        await page.getByRole('button', { name: 'Cancel the run' }).click();
        await page.getByText('This run was cancelled').waitFor({ timeout: WORK_MS });
      }
      expect(complaints).toEqual([]);
      await page.close();
    },
    2 * WORK_MS,
  );

  const ADDRESSES = [
    ['datasets', '/t/journey-lab', 'First Faces'],
    ['a dataset', '/t/journey-lab/d/first-faces', 'Identity budget'],
    ['a new run', '/t/journey-lab/d/first-faces/runs/new', 'Start from a preset'],
    ['a run', '/t/journey-lab/d/first-faces/runs/1', 'What sampling changed'],
    ['a version', '/t/journey-lab/d/first-faces/v/1', 'Same person, different people'],
    ['an identity', '/t/journey-lab/d/first-faces/v/1/i/0', 'Reference and nearest other'],
    ['models', '/t/journey-lab/models', 'Drop the folder of a model here'],
    [
      'a model',
      '/t/journey-lab/models/recogniser/uploaded-recogniser/1',
      'Gradients agree with finite differences',
    ],
    [
      'a built-in model',
      '/t/journey-lab/models/generator/parametric-head/1',
      'It comes with Colloid',
    ],
    ['galleries', '/t/journey-lab/galleries', 'training-set'],
    ['a gallery', '/t/journey-lab/galleries/training-set/1', 'no image is kept'],
    ['a missing gallery', '/t/journey-lab/galleries/nothing/1', 'There is no such gallery'],
    ['covariates', '/t/journey-lab/covariates', 'parametric-head-covariates'],
    [
      'a covariate set',
      '/t/journey-lab/covariates/parametric-head-covariates/1',
      'pose: left to right',
    ],
    ['a branched run', '/t/journey-lab/d/first-faces/runs/3', 'This run was cancelled'],
    [
      'a missing covariate set',
      '/t/journey-lab/covariates/nothing/1',
      'There is no such covariate',
    ],
    ['a missing model', '/t/journey-lab/models/generator/nothing/1', 'There is no such model'],
    ['a missing dataset', '/t/journey-lab/d/nothing', 'There is no such dataset'],
  ] as const;

  // No width depends on the scheme.
  const WIDTHS = [
    ['light', 390],
    ['dark', 768],
    ['light', 1280],
    ['dark', 1680],
  ] as const;

  test.each(ADDRESSES)(
    'the page of %s fits narrow and wide screens in both schemes, without a complaint in the console',
    async (name, address, landmark) => {
      complaints.length = 0;
      const page = await open(address);
      const ready = () => page.getByText(landmark).locator('visible=true').first().waitFor();
      for (const look of WIDTHS) await fits(page, name, { look, ready });
      expect(complaints).toEqual([]);
      await page.close();
    },
    2 * MINUTE_MS,
  );
});

/** The built-in recogniser under another name, as a folder somebody could drop. */
async function writeModelFolder(name: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'colloid-e2e-model-'));
  await cp(BUILT_IN_RECOGNISER, folder, { recursive: true });
  const file = path.join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...manifest, name }));
  return folder;
}
