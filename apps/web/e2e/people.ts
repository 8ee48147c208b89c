/** @file People in browsers of their own: signed in, put into a team, and able to ask the gateway directly. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Stack } from './stack.ts';

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
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(await stack.signInAddress(email));
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  return {
    context,
    page,
    complaints,
    go: async (path) => {
      await page.goto(new URL(path, stack.url).href);
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
