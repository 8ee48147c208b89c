/** @file People in browsers of their own: signed in, put into a team, and able to ask the gateway directly. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Stack } from './stack.ts';

/**
 * How long one step waits for the state that it needs. Several stacks share the machine, and a step that is slow is no fault: the
 * limit is there so that a test which never gets on names the step, and not itself only.
 */
const PATIENCE_MS = 2 * 60_000;

/** Somebody at their browser. */
export interface Person {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What their console complained about. */
  readonly complaints: string[];
  /** Opens a path of the stack. */
  go(path: string): Promise<void>;
  /** What the gateway answers them. */
  ask<T>(query: string, variables?: object): Promise<T>;
}

/** Makes an account where there is none, and signs it in. */
export async function openPerson(browser: Browser, stack: Stack, email: string): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await open(page, await stack.signInAddress(email));
  // The address signs in by a script and then goes on; who they are is shown once the workspace has asked for it.
  await page.getByRole('button', { name: `Account of ${nameOf(email)}` }).waitFor();
  return {
    context,
    page,
    complaints,
    go: async (path) => {
      await open(page, new URL(path, stack.url).href);
    },
    async ask<T>(query: string, variables: object = {}) {
      const response = await context.request.post(`${stack.url}/graphql`, {
        headers: { origin: stack.url },
        data: { query, variables },
      });
      const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
      if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
      return data;
    },
  };
}

/**
 * Goes there and no further: what is clicked next waits to be there by itself, and pages show it once they are alive. The event
 * `load` waits for every image and font as well, of a page that may be left before it comes.
 */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: 'commit' });
}

/** What somebody is called whose account was made by an address that signs in. */
function nameOf(email: string): string {
  return email.slice(0, email.indexOf('@'));
}

/** The owner invites somebody, who accepts. */
export async function addMember(
  owner: Person,
  guest: Person,
  member: { readonly teamId: string; readonly email: string; readonly role: string },
): Promise<void> {
  const { inviteMember } = await owner.ask<{ inviteMember: { issued: { path: string } | null } }>(
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { issued { path } } }',
    { input: member },
  );
  const path = inviteMember.issued?.path ?? '';
  const token = new URL(path, 'http://colloid').searchParams.get('token');
  const { acceptInvitation } = await guest.ask<{
    acceptInvitation: { userErrors: { message: string }[] };
  }>(
    'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { userErrors { message } } }',
    { input: { token } },
  );
  const [refusal] = acceptInvitation.userErrors;
  if (refusal !== undefined) throw new Error(refusal.message);
}
