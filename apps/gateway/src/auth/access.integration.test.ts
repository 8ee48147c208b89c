/** @file API keys, invitations of people without an account, and password resets, over HTTP as clients use them. */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { toGlobalId } from '../ids.ts';
import { seedTeam } from '../testing/seed-team.ts';
import type { SeededTeam } from '../testing/seed-team.ts';
import { issueEmailConfirmationAsOperator } from './email-confirmation.ts';
import { ensureUser } from './users.ts';
import {
  cookiesOf,
  createClient,
  postJson,
  signIn,
  startTestGateway,
  TEST_SECRET,
} from '../testing/start.ts';
import type { TestClient, TestGateway } from '../testing/start.ts';

let gateway: TestGateway;
let ada: SeededTeam;
let owner: TestClient;
let teamId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const options = { catalog: gateway.catalog, secret: TEST_SECRET, identities: 2, variations: 1 };
  ada = await seedTeam({ ...options, name: 'ada' });
  owner = await signIn(gateway, ada.email);
  teamId = toGlobalId('Team', ada.team);
});
afterAll(() => gateway.stop());

async function byKey(
  secret: string,
  query: string,
): Promise<{ data?: unknown; errors?: readonly { extensions: object }[] }> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: unknown };
}

async function makeKey(scopes: readonly string[]) {
  interface Made {
    readonly createApiKey: {
      readonly issued: { readonly secret: string; readonly key: { readonly id: string } };
    };
  }
  const { createApiKey } = await owner.data<Made>(
    `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { issued { secret key { id scopes lastUsedAt } } userErrors { message } } }`,
    { input: { teamId, name: 'Nightly', scopes, days: 30 } },
  );
  return createApiKey.issued;
}

test('a key acts for its person within its scopes, and is refused by name once it is revoked, expired or unknown', async () => {
  const { secret, key } = await makeKey(['dataset.read']);
  const query = '{ viewer { email teams { slug datasets { totalCount } } } }';
  expect(await byKey(secret, query)).toEqual({
    data: {
      viewer: { email: ada.email, teams: [{ slug: 'ada-lab', datasets: { totalCount: 1 } }] },
    },
  });
  const create = `mutation { createDataset(input: { teamId: "${teamId}", slug: "k", title: "K" }) { dataset { id } } }`;
  expect((await byKey(secret, create)).errors).toMatchObject([
    {
      message: expect.stringMatching(/lacks the scope 'dataset\.create'/) as string,
      extensions: { code: 'FORBIDDEN', scope: 'dataset.create' },
    },
  ]);
  const upload = await fetch(`${gateway.url}/uploads/models/${teamId}/model.json`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${secret}` },
    body: '{}',
  });
  expect([upload.status, await upload.json()]).toMatchObject([403, { code: 'FORBIDDEN' }]);
  const codeOf = async (used: string) =>
    (await byKey(used, '{ viewer { id } }')).errors?.[0]?.extensions;
  const { prisma } = gateway.catalog;
  await prisma.apiKey.update({ where: { id: key.id }, data: { expiresAt: new Date(0) } });
  expect(await codeOf(secret)).toMatchObject({ code: 'API_KEY_EXPIRED' });
  await owner.data(
    `mutation { revokeApiKey(input: { keyId: "${key.id}" }) { key { revokedAt } } }`,
  );
  expect(await codeOf(secret)).toMatchObject({ code: 'API_KEY_REVOKED' });
  expect(await codeOf('colloid_nonsense')).toMatchObject({ code: 'API_KEY_UNKNOWN' });
  expect(await codeOf('')).toBeUndefined();
});

test('an invited person makes an account where sign-up is closed, joins, and finds the change in the log with their address', async () => {
  const email = 'grace@example.org';
  interface Invited {
    readonly inviteMember: { readonly issued: { readonly path: string } };
  }
  const { inviteMember } = await owner.data<Invited>(
    `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { issued { path invitation { state } } userErrors { message } } }`,
    { input: { teamId, email: 'Grace@example.org', role: 'MAINTAINER' } },
  );
  const token = new URL(inviteMember.issued.path, gateway.url).searchParams.get('token') ?? '';
  const offer = await createClient(gateway).data(
    `{ invitation(token: "${token}") { teamName email role invitedBy state } }`,
  );
  expect(offer).toEqual({
    invitation: {
      teamName: "ada's lab",
      email,
      role: 'MAINTAINER',
      invitedBy: 'ada',
      state: 'OPEN',
    },
  });
  const signUp = (address: string, invitation: string) =>
    fetch(`${gateway.url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: gateway.url,
        'x-colloid-invitation': invitation,
      },
      body: JSON.stringify({ email: address, name: 'Grace', password: 'a long enough password' }),
    });
  expect((await signUp('mallory@example.org', token)).status).toBe(403);
  expect((await signUp(email, 'nonsense')).status).toBe(403);
  const made = await signUp(email, token);
  expect(made.status).toBe(200);
  const grace = createClient(gateway, cookiesOf(made));
  await grace.data(
    `mutation { acceptInvitation(input: { token: "${token}" }) { team { slug viewerRole } userErrors { message } } }`,
  );
  const log = await grace.data<{ team: { auditEvents: { edges: readonly { node: object }[] } } }>(
    '{ team(slug: "ada-lab") { viewerRole auditEvents(first: 1) { edges { node { sentence address after } } } } }',
  );
  expect(log.team.auditEvents.edges[0]?.node).toEqual({
    sentence: 'Grace joined the team',
    address: '127.0.0.1',
    after: { role: 'MAINTAINER' },
  });
});

test('an address for a new password works once, ends the old sessions, and is kept as a digest', async () => {
  const grace = await gateway.catalog.prisma.user.findUniqueOrThrow({
    where: { email: 'grace@example.org' },
  });
  interface Reset {
    readonly createPasswordReset: { readonly reset: { readonly path: string } };
  }
  const { createPasswordReset } = await owner.data<Reset>(
    `mutation ($input: MemberInput!) { createPasswordReset(input: $input) { reset { path expiresAt } userErrors { message } } }`,
    { input: { teamId, userId: grace.id } },
  );
  const { path } = createPasswordReset.reset;
  const token = new URL(path, gateway.url).searchParams.get('token') ?? '';
  const rows = await gateway.catalog.prisma.verification.findMany();
  expect(JSON.stringify(rows)).not.toContain(token);
  const body = { token, newPassword: 'an entirely new password' };
  expect(
    (await postJson(gateway, '/api/auth/reset-password', { ...body, newPassword: 'short' })).status,
  ).toBe(400);
  expect((await postJson(gateway, '/api/auth/reset-password', body)).status).toBe(200);
  expect((await postJson(gateway, '/api/auth/reset-password', body)).status).toBe(400);
  expect(await gateway.catalog.prisma.session.count({ where: { userId: grace.id } })).toBe(0);
  const email = 'grace@example.org';
  const signedIn = await postJson(gateway, '/api/auth/sign-in/email', {
    email,
    password: body.newPassword,
  });
  expect(signedIn.status).toBe(200);
  const cookie = cookiesOf(signedIn);
  const sessions = await fetch(`${gateway.url}/api/auth/list-sessions`, { headers: { cookie } });
  expect(await sessions.json()).toHaveLength(1);
});

test('somebody takes another e-mail address by the link that was made for it, and their other sessions end', async () => {
  const [old, next] = ['hedy@example.org', 'hedy@elsewhere.example.org'];
  const password = 'a long enough password';
  await ensureUser({ ...gateway, secret: TEST_SECRET, email: old, name: 'Hedy', password });
  const enter = async (email: string) => {
    const answer = await postJson(gateway, '/api/auth/sign-in/email', { email, password });
    return answer.status === 200 ? createClient(gateway, cookiesOf(answer)) : null;
  };
  const [here, elsewhere] = [await enter(old), await enter(old)];
  if (here === null || elsewhere === null) throw new Error('Hedy could not sign in.');
  await here.data(
    `mutation { askForEmail(input: { email: "${next}" }) { viewer { askedEmail } userErrors { message } } }`,
  );
  const { path } = await issueEmailConfirmationAsOperator(gateway.catalog, old);
  const token = new URL(path, gateway.url).searchParams.get('token') ?? '';
  const confirm = `mutation { confirmEmail(input: { token: "${token}" }) { viewer { email askedEmail } userErrors { code } } }`;
  expect(await here.data(confirm)).toEqual({
    confirmEmail: { viewer: { email: next, askedEmail: null }, userErrors: [] },
  });
  expect(await here.data(confirm)).toMatchObject({
    confirmEmail: { userErrors: [{ code: 'NOT_FOUND' }] },
  });
  const whoAmI = '{ viewer { email } }';
  expect([await here.data(whoAmI), await elsewhere.data(whoAmI)]).toEqual([
    { viewer: { email: next } },
    { viewer: null },
  ]);
  expect([await enter(old), (await enter(next)) === null]).toEqual([null, false]);
  const [event] = await gateway.catalog.prisma.auditEvent.findMany({
    where: { action: 'person.changeEmail' },
  });
  expect(event).toMatchObject({
    before: { email: old },
    after: { email: next },
    address: '127.0.0.1',
  });
});
