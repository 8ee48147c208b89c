/** @file People in browsers of their own: signed in, put into a team, and able to ask the gateway directly. */
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Stage } from './in-browser.ts';

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

/** Makes an account where there is none, and signs it in, at a browser of its own. */
export async function signIn(stage: Stage, email: string): Promise<Person> {
  const { stack } = stage;
  const context = await stage.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  listen(page, complaints);
  await stage.go(page, await stack.signInAddress(email));
  // The address signs in by a script and then goes on; who they are is shown once the workspace has asked for it.
  await page.getByRole('button', { name: `Account of ${nameOf(email)}` }).waitFor();
  return {
    context,
    page,
    complaints,
    go: (path) => stage.go(page, path),
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

/** Keeps what the console and the page complain about. */
export function listen(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
}

/**
 * The payload of a mutation that nobody refuses.
 *
 * @param answer Fields of its payload, such as `team { id }`
 */
export async function mutate<T>(
  person: Person,
  name: string,
  input: object,
  answer: string,
): Promise<T> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${answer} userErrors { message } } }`;
  const data = await person.ask<Record<string, T & { userErrors: object[] }>>(query, { input });
  const payload = data[name];
  if (payload === undefined) throw new Error(`${name} answered nothing.`);
  expect(payload.userErrors).toEqual([]);
  return payload;
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
