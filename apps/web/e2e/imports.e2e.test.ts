/** @file Importing a folder of images by the page of a dataset, in a browser on the real stack. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arrives, describeInBrowser, MINUTE_MS, WORK_MS } from './in-browser.ts';
import { LOOKS, lookAt } from './look.ts';
import { mutate, type Person } from './people.ts';

const DATASET = '/t/import-lab/d/found';
const COLOURS = { ada: ['#a33', '#b44', '#c55'], bea: ['#36a', '#47b'] } as const;

describeInBrowser('importing', (stage) => {
  let owner: Person;
  let folder: string;

  beforeAll(async () => {
    owner = await stage.openPerson('owner@example.org');
    folder = await mkdtemp(path.join(tmpdir(), 'colloid-import-'));
    await makeDataset();
    await writeFaces();
  }, 5 * MINUTE_MS);

  afterAll(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  async function makeDataset(): Promise<void> {
    const { team } = await mutate<{ team: { id: string } }>(
      owner,
      'createTeam',
      { slug: 'import-lab', name: 'Import Lab' },
      'team { id }',
    );
    const { dataset } = await mutate<{ dataset: { id: string } }>(
      owner,
      'createDataset',
      { teamId: team.id, slug: 'found', title: 'Found' },
      'dataset { id }',
    );
    const budget = { maxIdentities: 10, maxSamples: 100, minSeparation: 0 };
    await mutate(owner, 'setIdentityBudget', { datasetId: dataset.id, ...budget }, 'budget { id }');
  }

  /** Two identities of plain colours, drawn by the browser, and a text among them. */
  async function writeFaces(): Promise<void> {
    for (const [identity, colours] of Object.entries(COLOURS)) {
      await mkdir(path.join(folder, 'faces', identity), { recursive: true });
      for (const [number, colour] of colours.entries()) {
        const png = await owner.page.evaluate((fill) => {
          const canvas = document.createElement('canvas');
          canvas.width = canvas.height = 112;
          const context = canvas.getContext('2d');
          if (context === null) throw new Error('There is no canvas.');
          context.fillStyle = fill;
          context.fillRect(0, 0, 112, 112);
          return canvas.toDataURL('image/png').split(',')[1] ?? '';
        }, colour);
        const file = path.join(folder, 'faces', identity, `${String(number)}.png`);
        await writeFile(file, Buffer.from(png, 'base64'));
      }
    }
    await writeFile(path.join(folder, 'faces', 'ada', 'notes.txt'), 'taken on a Monday');
  }

  test(
    'a folder is sent, imported and shown, and what was left out is named',
    async () => {
      const { page } = owner;
      await owner.go(DATASET);
      await page.getByRole('button', { name: 'Import images' }).click();
      const dialog = page.getByRole('dialog', { name: 'Import images' });
      const send = dialog.getByRole('button', { name: 'Import', exact: true });
      expect(await send.isDisabled()).toBe(true);
      await dialog.locator('input[type=file]').setInputFiles(path.join(folder, 'faces'));
      await dialog.getByText('6 files').waitFor();
      await dialog.getByLabel('Terms of the images').fill('CC0-1.0');
      await dialog.getByLabel('A model made these images').check();
      await lookAt(page, 'import-dialog', { looks: LOOKS.slice(0, 2) });
      await send.click();
      await arrives(page, '**/runs/1');
      await page.getByText(/^'ada\/notes\.txt' is left out/).waitFor({ timeout: WORK_MS });
      const open = page.getByRole('link', { name: 'Open version 1' });
      await open.waitFor({ timeout: WORK_MS });
      await lookAt(page, 'import-run', { looks: LOOKS.slice(0, 2) });
      await open.click();
      await page.getByText('Imported', { exact: true }).waitFor();
      await page.getByText('5 images').first().waitFor();
      await lookAt(page, 'imported-version', { looks: LOOKS.slice(0, 2) });
      expect(owner.complaints).toEqual([]);
    },
    2 * WORK_MS,
  );

  test(
    'a folder without images ends in a sentence, and makes no version',
    async () => {
      const { page } = owner;
      await mkdir(path.join(folder, 'texts', 'ada'), { recursive: true });
      await writeFile(path.join(folder, 'texts', 'ada', 'notes.txt'), 'no face at all');
      await owner.go(DATASET);
      await page.getByRole('button', { name: 'Import images' }).click();
      const dialog = page.getByRole('dialog', { name: 'Import images' });
      await dialog.locator('input[type=file]').setInputFiles(path.join(folder, 'texts'));
      await dialog.getByRole('button', { name: 'Import', exact: true }).click();
      await arrives(page, '**/runs/2');
      await page.getByText('This run failed').waitFor({ timeout: WORK_MS });
      const { team } = await owner.ask<{ team: { dataset: { version: object | null } } }>(
        '{ team(slug: "import-lab") { dataset(slug: "found") { version(number: 2) { id } } } }',
      );
      expect(team.dataset.version).toBeNull();
    },
    2 * WORK_MS,
  );
});
