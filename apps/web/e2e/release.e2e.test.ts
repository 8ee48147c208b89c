/** @file A release from the proposal to its retraction: a contributor, a reviewer and a maintainer, each in a browser of their own, and an outsider who downloads. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { choose } from './choose.ts';
import { arrives, describeInBrowser, MINUTE_MS, SOON, WORK_MS } from './in-browser.ts';
import { lookAt } from './look.ts';
import { npyOf } from './npy.ts';
import { addMember, type Person } from './people.ts';

const TEAM = '/t/release-lab';
const DATASET = `${TEAM}/d/faces`;
const RELEASE = `${DATASET}/releases/1`;
/** Numbers in an embedding of the built-in recogniser. */
const EMBEDDING = 128;
const IDENTITIES = 4;
const IMAGES = IDENTITIES * 3;
/** After the reviewer asked for changes. */
const TERMS = 'Use it for research, and tell us what came of it.';
const REASON = 'Identity 2 resembles somebody who asked us to take it back.';

interface Manifest {
  readonly files: readonly {
    readonly name: string;
    readonly sizeBytes: number;
    readonly sha256: string;
  }[];
  readonly counts: { readonly identities: number; readonly images: number };
  readonly approvals: readonly unknown[];
}

describeInBrowser('a release', (stage) => {
  let maintainer: Person;
  let contributor: Person;
  let reviewer: Person;
  let outsider: Person;
  let manifestUrl = '';

  beforeAll(async () => {
    [maintainer, contributor, reviewer, outsider] = await Promise.all([
      stage.openPerson('mai@example.org'),
      stage.openPerson('cora@example.org'),
      stage.openPerson('rev@example.org'),
      stage.openPerson('out@example.org'),
    ]);
  }, 5 * MINUTE_MS);

  const look = (page: Page, name: string) =>
    lookAt(page, name, {
      looks: [
        ['dark', 390],
        ['light', 1280],
      ],
    });

  const stateIs = (page: Page, word: string) =>
    page
      .getByRole('banner')
      .or(page.locator('header'))
      .getByText(word, { exact: true })
      .first()
      .waitFor();

  test(
    'a team of three has a version, a gallery, and a policy that wants two approvals',
    async () => {
      const { page } = maintainer;
      await page.getByRole('button', { name: 'Create a team' }).click();
      await page.getByLabel('Name').fill('Release Lab');
      await page.getByRole('button', { name: 'Create team' }).click();
      await arrives(page, `**${TEAM}`);
      await page.getByRole('button', { name: 'New dataset' }).click();
      await page.getByLabel('Title').fill('Faces');
      await page.getByRole('button', { name: 'Create dataset' }).click();
      await arrives(page, `**${DATASET}`);
      await page.getByRole('button', { name: 'Set a budget' }).click();
      await page.getByLabel('Identities').fill('20');
      await page.getByLabel('Images').fill('200');
      // Four identities after a handful of iterations: apart, but not by a whole radian.
      await page.getByLabel('Least separation (ICT)').fill('0.3');
      await page.getByRole('button', { name: 'Save budget' }).click();
      await page.getByText('20 left of 20').waitFor();
      await page.getByRole('link', { name: 'New run' }).first().click();
      const number = (field: string) => page.locator(`[data-path="${field}"] input`);
      await number('identities').fill(String(IDENTITIES));
      await number('references.parameters.iterations').fill('3');
      await number('variations.parameters.variations').fill('2');
      await number('variations.parameters.iterations').fill('2');
      await page.getByRole('button', { name: 'Start run' }).click();
      await arrives(page, '**/runs/1');

      const { team } = await maintainer.ask<{ team: { id: string } }>(
        '{ team(slug: "release-lab") { id } }',
      );
      const member = { teamId: team.id };
      await addMember(maintainer, contributor, {
        ...member,
        email: 'cora@example.org',
        role: 'CONTRIBUTOR',
      });
      await addMember(maintainer, reviewer, {
        ...member,
        email: 'rev@example.org',
        role: 'REVIEWER',
      });
      await registerGallery(maintainer);
      await maintainer.go(`${TEAM}/settings`);
      await page.getByLabel('Approvals needed').fill('2');
      await page.getByRole('button', { name: 'Save policy' }).click();
      await page.getByText('Saved.').waitFor();
      await maintainer.go(`${DATASET}/runs/1`);
      await page.getByRole('link', { name: 'Open version 1' }).click({ timeout: WORK_MS });
      await page.getByText('has not been proposed for a release').waitFor();
    },
    2 * WORK_MS,
  );

  async function registerGallery(person: Person): Promise<void> {
    const { page } = person;
    const folder = await mkdtemp(path.join(tmpdir(), 'colloid-e2e-release-'));
    try {
      const file = path.join(folder, 'training-set.npy');
      const rows = Float32Array.from({ length: 5 * EMBEDDING }, (_, at) => Math.sin(at * at + 1));
      await writeFile(file, npyOf(rows, EMBEDDING));
      await person.go(`${TEAM}/galleries`);
      await page.getByRole('button', { name: 'Register a gallery' }).click();
      const dialog = page.getByRole('dialog');
      const chooser = page.waitForEvent('filechooser');
      await dialog.getByRole('button', { name: 'Embeddings or images' }).click();
      await (await chooser).setFiles(file);
      await dialog.getByLabel('Name').fill('training-set');
      await choose(dialog.getByRole('combobox', { name: 'Recogniser' }), 'parametric-head-id@1');
      await dialog.getByRole('button', { name: 'Register', exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
      // The worker may be at the run first.
      await page.getByText('5 embeddings').waitFor({ timeout: WORK_MS });
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test(
    'the contributor proposes, the maintainer approves, the reviewer reads the evidence and asks for changes',
    async () => {
      const { page } = contributor;
      await contributor.go(`${DATASET}/v/1`);
      await page.getByRole('link', { name: 'Propose release' }).click();
      await arrives(page, '**/releases/new?version=1');
      await page.getByLabel('Notes').fill('The first one.');
      await page.getByLabel('Text of the terms').fill('Use it for research, and tell us.');
      await page.getByLabel('Everybody has to agree to the text').check();
      await page.getByLabel('Everybody who is signed in').check();
      await page.getByLabel('training-set@').check();
      const answers = page.locator('section', {
        has: page.getByRole('heading', { name: 'Datasheet' }),
      });
      const questions = await answers.getByRole('textbox').all();
      for (const question of questions.slice(1)) await question.fill('As the notes say.');
      await look(page, 'new-release');
      await page.getByRole('button', { name: 'Make the draft' }).click();
      await arrives(page, `**${RELEASE}`);
      await page.getByRole('button', { name: 'Request review' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('checkbox', { name: /^rev/ }).check();
      await dialog.getByRole('checkbox', { name: /^mai/ }).check();
      await dialog.getByRole('button', { name: 'Request review' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page.getByText('Waiting for rev').waitFor();

      await maintainer.go(RELEASE);
      await maintainer.page.getByRole('button', { name: 'Approve' }).click();
      await maintainer.page.getByText('1 of 2 approvals given').waitFor();

      const review = reviewer.page;
      await reviewer.go(DATASET);
      await review.getByRole('link', { name: 'Faces 1.0.0' }).click();
      await review.getByText('mai approved').waitFor();
      const checks = review.getByRole('list', { name: 'Checks' });
      // Nobody reloads: what the worker finds arrives by itself.
      await expect
        .poll(() => checks.getByText('Passed', { exact: true }).count(), {
          timeout: WORK_MS,
          interval: 200,
        })
        .toBe(6);
      await checks.getByText('Failed', { exact: true }).waitFor();
      for (const word of ['Budget and separation', 'Leakage', 'Stored files'])
        await review.getByRole('button', { name: `Evidence of the check “${word}”` }).click();
      await checks.getByText(`${String(IMAGES)} images against 5 rows`).waitFor();
      await checks.getByText('No two of').waitFor();
      await review.getByText('It would be the first').waitFor();
      await review
        .getByRole('button', { name: /^Look at Reference of identity/ })
        .first()
        .click();
      const sample = review.getByRole('dialog');
      await sample.getByRole('button', { name: 'Comment on this sample' }).click();
      await sample.getByLabel('Comment on this sample').fill('Looks right to me.');
      await sample.getByRole('button', { name: 'Send' }).click();
      await sample.getByText('Looks right to me.').waitFor();
      await review.keyboard.press('Escape');
      await sample.waitFor({ state: 'hidden' });
      const unanswered = review.getByRole('listitem').filter({ hasText: 'Not answered' });
      await unanswered.getByRole('button', { name: /^Comment on/ }).click();
      await unanswered.getByRole('textbox').fill('Please say for what it was made.');
      await unanswered.getByRole('button', { name: 'Send' }).click();
      await unanswered.getByText('Please say for what it was made.').waitFor();
      await review.getByLabel('What do you say?').fill('The first question is open.');
      await look(review, 'review');
      await review.getByRole('button', { name: 'Request changes' }).click();
      await stateIs(review, 'Changes requested');
      await review.getByText('Somebody has asked for changes.').waitFor();
    },
    2 * WORK_MS,
  );

  test(
    'a change makes the approval void; two approve the new candidate, and the maintainer publishes it',
    async () => {
      const { page } = contributor;
      await stateIs(page, 'Changes requested');
      await page.getByText('The first question is open.').waitFor();
      await page.getByRole('link', { name: 'Edit' }).click();
      await page.getByText('every approval becomes void').waitFor();
      await page.getByLabel('For what purpose').fill('To show how a release is made.');
      await page.getByLabel('Text of the terms').fill(TERMS);
      await page.getByRole('button', { name: 'Save' }).click();
      await arrives(page, `**${RELEASE}`);
      await stateIs(page, 'Draft');
      await page
        .getByRole('listitem')
        .filter({ hasText: 'mai approved' })
        .getByText('Void', { exact: true })
        .waitFor();
      await page.getByText('0 of 2 approvals given').waitFor();
      await page.getByRole('button', { name: 'Request review' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Request review' }).click();
      await stateIs(page, 'In review');

      const passed = reviewer.page
        .getByRole('list', { name: 'Checks' })
        .getByText('Passed', { exact: true });
      await expect.poll(() => passed.count(), { timeout: WORK_MS, interval: 200 }).toBe(7);
      await seesWhatHasChanged(reviewer.page);
      await reviewer.page.getByRole('button', { name: /^Resolve the thread on “For what/ }).click();
      await reviewer.page.getByRole('button', { name: 'Approve' }).click();
      await reviewer.page.getByText('1 of 2 approvals given').waitFor();
      // Not the number of approvals, which was the same while the first of them, now void, counted.
      await maintainer.page.getByText('rev approved').waitFor();
      await maintainer.page.getByRole('button', { name: 'Approve' }).click();
      await stateIs(maintainer.page, 'Approved');
      await maintainer.page.getByRole('button', { name: 'Publish' }).click();
      await maintainer.page.getByRole('button', { name: 'Publish it' }).click();
      await stateIs(maintainer.page, 'Published');
      await stateIs(contributor.page, 'Published');
      await maintainer.page.getByRole('heading', { name: 'Downloads' }).waitFor();
    },
    2 * WORK_MS,
  );

  async function seesWhatHasChanged(page: Page): Promise<void> {
    const changed = page.locator('section', {
      has: page.getByRole('heading', { name: 'What has changed', exact: true }),
    });
    // Their own word comes first; the maintainer's is of the same candidate.
    await expect
      .poll(() => changed.getByLabel('Since').locator('option:checked').textContent(), SOON)
      .toMatch(/^you asked for changes, /);
    const added = changed.locator('ins');
    for (const words of ['what came of it', 'To show how a release is made.', 'Passed'])
      await added.filter({ hasText: words }).waitFor();
    await changed.locator('del').filter({ hasText: 'Failed' }).waitFor();
    await look(page, 'changed');
  }

  test(
    'an outsider accepts the terms, downloads, and finds the hashes that the signed manifest names',
    async () => {
      const { page, context } = outsider;
      await outsider.go(RELEASE);
      await page.getByText('There is no such release').waitFor();
      await page.getByRole('link', { name: 'Published releases' }).click();
      await page.getByRole('link', { name: 'Faces 1.0.0' }).waitFor();
      await look(page, 'published-releases');
      await page.getByRole('link', { name: 'Faces 1.0.0' }).click();
      await page.getByText(TERMS).waitFor();
      expect(await page.getByRole('link', { name: /zip/ }).count()).toBe(0);
      await page.getByLabel('I have read these terms').check();
      await page.getByRole('button', { name: 'Accept the terms' }).click();
      const archive = page.getByRole('link', { name: /^Everything as a zip/ });
      await archive.waitFor();
      await look(page, 'published-release');

      const addressOf = async (name: RegExp | string) =>
        (await page.getByRole('link', { name, exact: true }).getAttribute('href')) ?? '';
      const fetched = async (address: string) => {
        const response = await context.request.get(new URL(address, stage.stack.url).href);
        expect(response.status(), address).toBe(200);
        return response.body();
      };
      manifestUrl = await addressOf('Manifest');
      const manifestBytes = await fetched(manifestUrl);
      const signature = JSON.parse((await fetched(await addressOf('Signature'))).toString()) as {
        signature: string;
      };
      const key = createPublicKey(await fetched(await addressOf('Public key')));
      const signed = Buffer.from(signature.signature, 'base64');
      expect(verify(null, manifestBytes, key, signed)).toBe(true);
      expect(verify(null, Buffer.concat([manifestBytes, Buffer.from(' ')]), key, signed)).toBe(
        false,
      );

      const manifest = JSON.parse(manifestBytes.toString()) as Manifest;
      expect(manifest.counts).toEqual({ identities: IDENTITIES, images: IMAGES });
      expect(manifest.approvals).toHaveLength(2);
      for (const { name, sizeBytes, sha256 } of manifest.files) {
        const address = name.endsWith('.zip')
          ? ((await archive.getAttribute('href')) ?? '')
          : await addressOf(name);
        const bytes = await fetched(address);
        expect(bytes.byteLength, name).toBe(sizeBytes);
        expect(createHash('sha256').update(bytes).digest('hex'), name).toBe(sha256);
      }
      const download = page.waitForEvent('download');
      await archive.click();
      expect((await download).suggestedFilename()).toMatch(/\.zip$/);

      await maintainer.go(RELEASE);
      await maintainer.page
        .getByRole('list', { name: 'Downloads' })
        .getByText('dataset.zip')
        .waitFor();
    },
    3 * MINUTE_MS,
  );

  test(
    'the maintainer retracts, and the download answers 410 with the reason',
    async () => {
      const { page } = maintainer;
      await page.getByRole('button', { name: 'Retract', exact: true }).click();
      await page.getByLabel('Reason').fill(REASON);
      await page.getByRole('button', { name: 'Retract it' }).click();
      await stateIs(page, 'Retracted');
      await look(page, 'retracted');
      for (const file of [manifestUrl, manifestUrl.replace('manifest.json', 'dataset.zip')]) {
        const response = await outsider.context.request.get(new URL(file, stage.stack.url).href);
        expect(response.status()).toBe(410);
        expect(await response.text()).toContain(REASON);
      }
      await outsider.page.reload();
      await outsider.page.getByText('This release was retracted').waitFor();
      await outsider.page.getByText(REASON).waitFor();
      expect(await outsider.page.getByRole('link', { name: /zip/ }).count()).toBe(0);
      for (const { complaints } of [maintainer, contributor, reviewer, outsider])
        expect(complaints).toEqual([]);
    },
    2 * MINUTE_MS,
  );
});
