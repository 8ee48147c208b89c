/** @file Members, invitations, API keys, sessions and the audit log, by keyboard and mouse in a browser; with axe on every page. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { faultsOf } from './faults-of.ts';
import { holdBack } from './hold-back.ts';
import { arrives, describeInBrowser, MINUTE_MS, SOON } from './in-browser.ts';
import { lookAt } from './look.ts';

const PASSWORD = 'a long enough password';
const GUEST = 'guest@example.org';
const NEW_ADDRESS = 'grace@elsewhere.example.org';

describeInBrowser('access', (stage) => {
  let owner: Page;
  let guest: Page;

  beforeAll(async () => {
    owner = await (await stage.newContext()).newPage();
    guest = await (await stage.newContext()).newPage();
  });

  const shownOnce = async (page: Page) => {
    const shown = page.getByTestId('shown-once');
    const value = (await shown.textContent()) ?? '';
    // A dialog hears the Escape key a moment after it is there, and its button at once.
    await page.getByRole('dialog').filter({ has: shown }).getByLabel('Close').click();
    await shown.waitFor({ state: 'detached' });
    return value;
  };

  /** Waits until it is so: a page that is left takes what it has asked for with it. */
  const giveGraceTheRole = async (role: string) => {
    const select = owner.getByLabel('Role of Grace Guest');
    await select.selectOption(role);
    await expect.poll(() => select.inputValue(), SOON).toBe(role);
  };

  const check = (page: Page, name: string, landmark: string) =>
    lookAt(page, name, {
      ready: () => page.getByText(landmark).locator('visible=true').first().waitFor(),
    });

  test(
    'an owner invites somebody, who makes an account by the address and joins',
    async () => {
      await stage.go(owner, await stage.stack.signInAddress('owner@example.org'));
      await owner.getByRole('button', { name: 'Create a team' }).click();
      await owner.getByLabel('Name').fill('Access Lab');
      await owner.getByRole('button', { name: 'Create team' }).click();
      await arrives(owner, '**/t/access-lab');
      await owner.getByRole('link', { name: 'Settings' }).click();
      await owner.getByLabel('E-mail').fill(GUEST);
      await owner.getByLabel('Role', { exact: true }).selectOption('MAINTAINER');
      await owner.getByLabel('E-mail').press('Enter');
      const address = await shownOnce(owner);
      await owner.getByRole('list', { name: 'Open invitations' }).getByText(GUEST).waitFor();

      await stage.go(guest, address);
      await guest.getByRole('heading', { name: 'Join Access Lab' }).waitFor();
      expect(await faultsOf(guest)).toEqual([]);
      await guest.getByLabel('Your name').fill('Grace Guest');
      await guest.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await guest.getByRole('button', { name: 'Make an account and join' }).click();
      await arrives(guest, '**/t/access-lab');
      await stage.go(guest, address);
      await guest.getByText('has been accepted already').waitFor();
    },
    3 * MINUTE_MS,
  );

  test(
    'a member makes a key that is shown once and opens what it may, and revokes it',
    async () => {
      await stage.go(guest, '/t/access-lab/settings');
      await guest.getByRole('button', { name: 'New key' }).click();
      await guest.getByLabel('Name').fill('Nightly');
      await guest.getByLabel('dataset.read', { exact: true }).check();
      await guest.getByRole('button', { name: 'Make key' }).click();
      const secret = await shownOnce(guest);
      const ask = async () => {
        const response = await fetch(`${stage.stack.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
          body: JSON.stringify({ query: '{ viewer { email } }' }),
        });
        return response.text();
      };
      expect(await ask()).toContain(GUEST);
      await guest.getByRole('button', { name: 'Revoke the key Nightly' }).click();
      await guest.getByText('Revoked', { exact: true }).waitFor();
      expect(await ask()).toContain('API_KEY_REVOKED');
    },
    2 * MINUTE_MS,
  );

  test(
    'the last owner cannot go, makes somebody else one, and resets a password',
    async () => {
      await stage.go(owner, '/t/access-lab/settings');
      await owner.getByRole('button', { name: 'Leave the team' }).click();
      const dialog = owner.getByRole('dialog', { name: 'Leave the team?' });
      await dialog.getByRole('button', { name: 'Stay' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await owner.getByRole('button', { name: 'Leave the team' }).click();
      await dialog.getByRole('button', { name: 'Leave', exact: true }).click();
      await owner.getByText('A team needs an owner, and this is its last').waitFor();
      await owner.getByRole('button', { name: 'More for Grace Guest' }).click();
      await owner.getByRole('menuitem', { name: 'Address for a new password' }).click();
      const address = await shownOnce(owner);
      const letScriptsCome = await holdBack(guest, '**/_next/static/**/*.js');
      await stage.go(guest, address);
      // What is typed before the script of the page runs counts, and is not sent before it can be.
      await guest.getByLabel('New password').fill(`${PASSWORD} again`);
      expect(await guest.getByRole('button', { name: 'Set password' }).isDisabled()).toBe(true);
      letScriptsCome();
      await guest.getByRole('button', { name: 'Set password' }).click();
      await arrives(guest, '**/sign-in');
      await guest.getByLabel('E-mail').fill(GUEST);
      await guest.getByLabel('Password', { exact: true }).fill(`${PASSWORD} again`);
      await guest.getByRole('button', { name: 'Sign in' }).click();
      await arrives(guest, '**/t/access-lab');
      await stage.go(guest, '/account');
      await guest.getByText('This one').waitFor();
      await giveGraceTheRole('OWNER');
      await stage.go(owner, '/t/access-lab/audit');
      await owner.getByText('changed the role of Grace Guest').waitFor();
      await owner
        .getByRole('button', { name: /^Details of event/ })
        .first()
        .click();
      await owner.getByText('"role": "OWNER"').waitFor();
    },
    3 * MINUTE_MS,
  );

  test(
    'a member asks for another e-mail address, and takes it by the link that an owner sends there',
    async () => {
      await stage.go(guest, '/account');
      await guest.getByLabel('New e-mail address').fill(NEW_ADDRESS);
      await guest.getByRole('button', { name: 'Ask for it' }).click();
      await guest.getByRole('status').getByText(NEW_ADDRESS).waitFor();
      await check(guest, 'asked-email', 'Take it back');
      await guest.setViewportSize({ width: 1280, height: 900 });
      await stage.go(owner, '/t/access-lab/settings');
      await owner.getByText(`asks for the address ${NEW_ADDRESS}`).waitFor();
      await owner.getByRole('button', { name: 'More for Grace Guest' }).click();
      await owner.getByRole('menuitem', { name: `Link for ${NEW_ADDRESS}` }).click();
      const address = await shownOnce(owner);
      await stage.go(guest, address);
      await guest.getByText(`From ${GUEST} to ${NEW_ADDRESS}`).waitFor();
      await check(guest, 'change-email', 'Change your e-mail address');
      await guest.setViewportSize({ width: 1280, height: 900 });
      await guest.getByRole('button', { name: 'Change my address' }).click();
      await arrives(guest, '**/account');
      await guest.getByText(`You sign in as ${NEW_ADDRESS}`).waitFor();
    },
    2 * MINUTE_MS,
  );

  test(
    'somebody whose role changes is told so at once, reads it, and mutes what they do not care for',
    async () => {
      await stage.go(guest, '/notifications');
      await guest.getByRole('link', { name: 'Notifications, 1 unread' }).first().waitFor();
      await guest.getByText('made you owner of a team').waitFor();
      await guest.getByRole('button', { name: /^Mark as read: / }).click();
      await guest.getByRole('link', { name: 'Notifications', exact: true }).first().waitFor();
      await stage.go(owner, '/t/access-lab/settings');
      await giveGraceTheRole('MAINTAINER');
      // Nothing is loaded again: the news comes by itself.
      await guest.getByText('made you maintainer of a team').waitFor();
      await guest.getByRole('link', { name: 'Notifications, 1 unread' }).first().waitFor();
      await guest.getByLabel('Unread only').check();
      await guest.getByText('1 notification', { exact: true }).waitFor();
      await mutesBoth('Members and roles', 'Webhooks that fail');
      await giveGraceTheRole('OWNER');
      await guest.reload();
      await guest.getByRole('link', { name: 'Notifications, 1 unread' }).first().waitFor();
    },
    2 * MINUTE_MS,
  );

  /** Mutes two topics so fast that the first is not saved yet; the server hears of one after the other, and keeps both. */
  async function mutesBoth(first: string, second: string): Promise<void> {
    const sent: string[] = [];
    guest.on('request', (request) => {
      if (request.postData()?.includes('"SetNotificationSettings"') === true)
        sent.push(request.url());
    });
    const letFirstGo = await holdBack(guest, '**/graphql', 'SetNotificationSettings');
    await guest.getByLabel(first).uncheck();
    await guest.getByLabel(second).uncheck();
    expect(sent).toHaveLength(1);
    letFirstGo();
    const saved = async () => {
      const response = await guest.context().request.post(`${stage.stack.url}/graphql`, {
        headers: { origin: stage.stack.url },
        data: { query: '{ notificationSettings { mutedTopics } }' },
      });
      const { data } = (await response.json()) as {
        data: { notificationSettings: { mutedTopics: string[] } };
      };
      return data.notificationSettings.mutedTopics.length;
    };
    await expect.poll(saved, SOON).toBe(2);
    expect(await guest.getByLabel(first).isChecked()).toBe(false);
  }

  test(
    'a webhook is made, shows its secret once, says why it did not get through, and is deleted',
    async () => {
      await stage.go(owner, '/t/access-lab/settings');
      await owner.getByRole('button', { name: 'New webhook' }).click();
      await owner.getByLabel('Address', { exact: true }).fill('http://127.0.0.1:9/hook');
      await owner.getByLabel('Members and roles').check();
      await owner.getByRole('button', { name: 'Make webhook' }).click();
      expect(await shownOnce(owner)).toMatch(/^whsec_/);
      await owner.getByRole('link', { name: 'Deliveries to http://127.0.0.1:9/hook' }).click();
      await owner.getByText('leads into a private network').waitFor();
      await owner.getByRole('button', { name: 'Details of the delivery ping' }).click();
      await owner.getByRole('list', { name: 'Tries' }).getByText('1.').waitFor();
      await check(owner, 'webhook', 'To be tried again');
      await owner.setViewportSize({ width: 1280, height: 900 });
      await owner.getByRole('button', { name: 'Disable' }).click();
      await owner.getByText('Disabled', { exact: true }).waitFor();
      await owner.getByRole('button', { name: 'Delete' }).click();
      await owner.getByRole('button', { name: 'Delete the webhook' }).click();
      await arrives(owner, '**/settings');
      await owner.getByRole('button', { name: 'New webhook' }).waitFor();
      await owner.getByText('http://127.0.0.1:9/hook').waitFor({ state: 'detached' });
    },
    2 * MINUTE_MS,
  );

  test(
    'the budget of the team is set and shown in its settings',
    async () => {
      await stage.go(owner, '/t/access-lab/settings');
      await owner.getByRole('button', { name: 'Set a budget' }).click();
      await owner.getByLabel('Identities', { exact: true }).fill('50');
      await owner.getByLabel('Images', { exact: true }).fill('500');
      await owner.getByRole('button', { name: 'Save budget' }).click();
      await owner.getByRole('meter', { name: 'Identities: used and reserved' }).waitFor();
    },
    MINUTE_MS,
  );

  test(
    'a team is renamed, found at its old address, deleted by its typed address, and brought back',
    async () => {
      await stage.go(owner, '/t/access-lab/settings');
      await owner.getByLabel('Name of the team').fill('Open Lab');
      await owner.getByLabel('Part of its address').fill('open-lab');
      await owner.getByRole('button', { name: 'Rename' }).click();
      await arrives(owner, '**/t/open-lab/settings');
      await stage.go(guest, '/t/access-lab/activity?page=1');
      await arrives(guest, '**/t/open-lab/activity?page=1');
      await guest.getByText('renamed the team Open Lab').waitFor();

      await owner.getByRole('button', { name: 'Delete the team' }).click();
      const dialog = owner.getByRole('dialog', { name: 'Delete the team Open Lab?' });
      const confirm = dialog.getByRole('button', { name: 'Delete', exact: true });
      await dialog.getByLabel('Type open-lab to confirm').fill('open-lap');
      expect(await confirm.isDisabled()).toBe(true);
      await dialog.getByLabel('Type open-lab to confirm').fill('open-lab');
      await confirm.click();
      await arrives(owner, '**/account');
      await owner.getByRole('list', { name: 'Deleted teams' }).getByText('Open Lab').waitFor();
      await check(owner, 'deleted-teams', 'Deleted teams');
      await guest.reload();
      await guest.getByRole('link', { name: 'Go to your datasets' }).waitFor();

      await owner.setViewportSize({ width: 1280, height: 900 });
      await owner.getByRole('button', { name: 'Bring back Open Lab' }).click();
      await arrives(owner, '**/t/open-lab');
      await stage.go(owner, '/t/open-lab/settings');
      await owner.getByLabel('Part of its address').fill('access-lab');
      await owner.getByRole('button', { name: 'Rename' }).click();
      await arrives(owner, '**/t/access-lab/settings');
    },
    3 * MINUTE_MS,
  );

  test.each([
    ['settings', '/t/access-lab/settings', 'Invite somebody'],
    ['audit', '/t/access-lab/audit', 'Every change: who'],
    ['account', '/account', 'Sign out everywhere else'],
    ['notifications', '/notifications', 'What you are told of'],
    ['activity', '/t/access-lab/activity', 'changed the role of Grace Guest'],
  ])(
    'the page of %s fits narrow and wide screens in both schemes, and axe finds nothing',
    async (name, address, landmark) => {
      await stage.go(owner, address);
      await check(owner, name, landmark);
    },
    2 * MINUTE_MS,
  );
});
