/** @file What becomes of a query and of versions: kept, made a version, tagged, compared, merged. */
import { expect, test } from 'vitest';
import { holdBack } from '../hold-back.ts';
import { arrives, MINUTE_MS } from '../in-browser.ts';
import { figure, shows } from './parts.ts';
import { DATASET, type SubsetWorld } from './world.ts';

/** Subsets and versions, from the first name to the merge. */
export function versionTests(world: () => SubsetWorld): void {
  test(
    'a query is saved, opened, renamed, made a version with its lineage, and deleted',
    async () => {
      const { page: owner } = world().owner;
      await world().owner.go(`${DATASET}/v/1/query?identity=..3&kind=reference`);
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
      const letPageCome = await holdBack(owner, '**/v/2?_rsc=*');
      const isLeft = owner.waitForRequest('**/v/2?_rsc=*');
      await owner.keyboard.press('Enter');
      await isLeft;
      // It is made, and its page on its way: a second press makes no other one.
      await owner.keyboard.press('Enter');
      letPageCome();
      await arrives(owner, '**/v/2');
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
    'versions are tagged, compared, and merged once what they share is shown',
    async () => {
      const { page: owner } = world().owner;
      const tag = async (version: number) => {
        await world().owner.go(`${DATASET}/v/${String(version)}`);
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
      await arrives(owner, '**/compare?before=1&after=2');
      await figure(owner, 'Identities kept').getByText('4', { exact: true }).waitFor();
      await figure(owner, 'Identities removed').getByText('2', { exact: true }).waitFor();
      await owner.getByRole('list', { name: 'Only in version 1' }).waitFor();
      await owner.getByRole('table', { name: 'Metrics of both versions' }).waitFor();

      await world().owner.go(DATASET);
      await owner.getByRole('button', { name: 'Merge' }).click();
      await owner.getByRole('checkbox', { name: 'Version 1' }).check();
      await owner.getByRole('checkbox', { name: 'Version 2' }).check();
      await owner.getByText('Run 1 is part of versions 1 and 2.').waitFor();
      const merge = owner.getByRole('dialog').getByRole('button', { name: 'Merge', exact: true });
      expect(await merge.isDisabled()).toBe(true);
      await owner.getByRole('checkbox', { name: 'Unite them' }).check();
      await merge.click();
      await arrives(owner, '**/v/3');
    },
    2 * MINUTE_MS,
  );
}
