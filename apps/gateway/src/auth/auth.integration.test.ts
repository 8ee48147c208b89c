/** @file Signing in, over HTTP as a browser does it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  cookiesOf,
  createClient,
  postJson,
  startTestGateway,
  TEST_SECRET,
} from '../testing/start.ts';
import type { TestGateway } from '../testing/start.ts';
import { issueResetAsOperator } from './password-reset.ts';
import { createOneTimeSignIn, ensureUser } from './users.ts';

const PASSWORD = 'a long enough password';
const EMAIL = 'ada@example.org';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

const verify = (token: string) => postJson(gateway, '/api/auth/one-time-token/verify', { token });
const whoIs = async (cookie: string) =>
  createClient(gateway, cookie).data<{ viewer: { email: string } | null }>('{ viewer { email } }');

describe('accounts', () => {
  test('the first person may sign up by themselves, the second may not, at the same moment either', async () => {
    const signUp = (name: string) => {
      const person = { email: `${name}@example.org`, password: PASSWORD, name: 'Somebody' };
      return postJson(gateway, '/api/auth/sign-up/email', person);
    };
    const { prisma } = gateway.catalog;
    const atOnce = await Promise.all(['one', 'another'].map(signUp));
    const statuses = atOnce.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, 403]);
    expect(await prisma.verification.count()).toBe(0);
    const second = await signUp('second');
    expect(second.status).toBe(403);
    expect(await second.json()).toMatchObject({ code: 'SIGN_UP_CLOSED' });
    expect(await prisma.user.count()).toBe(1);
  });

  test('an account is made once, and its password can be changed', async () => {
    const options = { catalog: gateway.catalog, secret: TEST_SECRET, email: 'Ada@Example.org' };
    const made = await ensureUser({ ...options, name: 'Ada', password: 'another password' });
    const again = await ensureUser({ ...options, name: 'Ada', password: PASSWORD });
    expect(made).toMatchObject({ email: EMAIL, created: true });
    expect(again).toEqual({ ...made, created: false });
    await expect(ensureUser({ ...options, name: 'Ada', password: 'short' })).rejects.toMatchObject({
      code: 'USER_REFUSED',
      message: 'The password has 5 characters; choose one of at least 10.',
    });
  });
});

describe('a password', () => {
  test('signs its owner in with a cookie that scripts and other sites do not get', async () => {
    const response = await postJson(gateway, '/api/auth/sign-in/email', {
      email: EMAIL,
      password: PASSWORD,
    });
    expect(response.status).toBe(200);
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^colloid\.session_token=.+; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toMatch(/Domain=|Secure/);
    expect(await whoIs(cookiesOf(response))).toEqual({ viewer: { email: EMAIL } });
  });

  test('that is wrong signs nobody in, and a page of another site may not even try', async () => {
    const wrong = { email: EMAIL, password: 'not this one, no' };
    expect((await postJson(gateway, '/api/auth/sign-in/email', wrong)).status).toBe(401);
    const foreign = await fetch(`${gateway.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: 'https://elsewhere.example',
        cookie: 'colloid.session_token=x',
      },
      body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
    });
    expect(foreign.status).toBe(403);
  });
});

describe('a one-time sign-in', () => {
  test('works once', async () => {
    const { token, path } = await createOneTimeSignIn({
      catalog: gateway.catalog,
      secret: TEST_SECRET,
      email: EMAIL,
    });
    expect(path).toBe(`/sign-in?token=${token}`);
    const first = await verify(token);
    expect(first.status).toBe(200);
    expect(await whoIs(cookiesOf(first))).toEqual({ viewer: { email: EMAIL } });
    const second = await verify(token);
    expect(second.status).toBe(400);
    expect(second.headers.getSetCookie()).toEqual([]);
  });

  test('is listed as the session of the place where it was used', async () => {
    const { catalog } = gateway;
    const { token } = await createOneTimeSignIn({ catalog, secret: TEST_SECRET, email: EMAIL });
    const headers = { 'content-type': 'application/json', 'user-agent': 'A browser' };
    const used = await fetch(`${gateway.url}/api/auth/one-time-token/verify`, {
      method: 'POST',
      headers: { ...headers, origin: gateway.url },
      body: JSON.stringify({ token }),
    });
    const listed = await fetch(`${gateway.url}/api/auth/list-sessions`, {
      headers: { cookie: cookiesOf(used) },
    });
    expect(await listed.json()).toContainEqual(
      expect.objectContaining({ userAgent: 'A browser', ipAddress: '127.0.0.1' }),
    );
  });

  test('is kept as a digest, so that reading the database signs nobody in', async () => {
    const { token } = await createOneTimeSignIn({
      catalog: gateway.catalog,
      secret: TEST_SECRET,
      email: EMAIL,
    });
    const [row] = await gateway.catalog.prisma.verification.findMany();
    expect(row?.identifier).toMatch(/^one-time-token:/);
    expect(row?.identifier).not.toContain(token);
  });

  test('expires', async () => {
    const { token } = await createOneTimeSignIn({
      catalog: gateway.catalog,
      secret: TEST_SECRET,
      email: EMAIL,
      validForMinutes: -1,
    });
    expect((await verify(token)).status).toBe(400);
  });

  test('is for people who are there', async () => {
    const email = 'nobody@example.org';
    const made = createOneTimeSignIn({ catalog: gateway.catalog, secret: TEST_SECRET, email });
    await expect(made).rejects.toThrow("Nobody here has the address 'nobody@example.org'");
  });
});

test('under https the cookie is Secure', async () => {
  const { startGateway } = await import('../server.ts');
  const { databaseUrl } = gateway;
  const publicUrl = 'https://colloid.example.org';
  const secure = await startGateway({
    port: 0,
    databaseUrl,
    publicUrl,
    store: { kind: 'memory' },
    secret: TEST_SECRET,
    logLevel: 'silent',
  });
  const response = await fetch(`${secure.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: publicUrl },
    body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
  });
  await secure.close();
  expect(response.headers.getSetCookie()[0]).toMatch(
    /^__Secure-colloid\.session_token=.+; HttpOnly; Secure; SameSite=Lax$/,
  );
});

test('what people change of their own account is in the log of the installation, with their address', async () => {
  const { catalog } = gateway;
  const email = 'grace@example.org';
  const { id: userId } = await ensureUser({
    catalog,
    secret: TEST_SECRET,
    email,
    name: 'Grace',
    password: PASSWORD,
  });
  const enter = async (password: string) =>
    cookiesOf(await postJson(gateway, '/api/auth/sign-in/email', { email, password }));
  const cookie = await enter(PASSWORD);
  const call = async (path: string, body: object, as = cookie) =>
    (await postJson(gateway, `/api/auth${path}`, body, as)).status;
  const next = `${PASSWORD} again`;
  const change = { newPassword: next, currentPassword: 'a wrong one' };
  expect(await call('/change-password', change)).toBe(400);
  expect(await call('/change-password', { ...change, currentPassword: PASSWORD })).toBe(200);
  expect(await call('/revoke-other-sessions', {})).toBe(200);
  expect(await call('/revoke-other-sessions', {}, '')).toBe(401);
  expect(await call('/update-user', { name: 'Somebody' })).toBe(404);
  const client = createClient(gateway, cookie);
  const rename = `mutation { renameViewer(input: { name: "Grace H." }) { viewer { name } userErrors { code } } }`;
  expect(await client.data(rename)).toEqual({
    renameViewer: { viewer: { name: 'Grace H.' }, userErrors: [] },
  });
  expect(await call('/sign-out', {})).toBe(200);
  const { path } = await issueResetAsOperator(catalog, email);
  const token = new URLSearchParams(path.split('?')[1]).get('token');
  expect(await call('/reset-password', { token, newPassword: PASSWORD }, '')).toBe(200);

  const events = await catalog.prisma.auditEvent.findMany({
    where: { actorId: userId },
    orderBy: { sequence: 'asc' },
  });
  expect(events.map(({ action, actorName }) => [action, actorName])).toEqual([
    ['person.changePassword', 'Grace'],
    ['person.endSessions', 'Grace'],
    ['person.rename', 'Grace H.'],
    ['person.signOut', 'Grace H.'],
    ['person.setPassword', 'Grace H.'],
  ]);
  expect(events.every(({ address }) => address !== null && address !== '')).toBe(true);
  expect(JSON.stringify(events)).not.toContain(PASSWORD);
  expect(events[2]).toMatchObject({ before: { name: 'Grace' }, after: { name: 'Grace H.' } });
});

test('attempts are counted for all gateways of a database together, and for no other', async () => {
  const second = await startTestGateway({ databaseUrl: gateway.databaseUrl });
  const other = await startTestGateway();
  try {
    const attempt = async (at: TestGateway) =>
      (await postJson(at, '/api/auth/sign-up/email', { email: 'x' })).status;
    const turns = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? gateway : second));
    const statuses: number[] = [];
    for (const at of turns) statuses.push(await attempt(at));
    // Ten of them, less those that earlier tests have made.
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.at(-2)).toBe(429);
    expect(statuses[0]).not.toBe(429);
    expect(await attempt(other)).not.toBe(429);
    const rows = await gateway.catalog.prisma.rateLimit.findMany();
    expect(rows.some(({ key, count }) => key.includes('/sign-up/email') && count === 10)).toBe(
      true,
    );
  } finally {
    await second.stop();
    await other.stop();
  }
});

// Last, since it uses up the attempts of this address.
test('nothing can be guessed quickly, whatever address the client claims to have', async () => {
  const attempts = Array.from({ length: 12 }, (_, index) =>
    fetch(`${gateway.url}/api/auth/one-time-token/verify`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: gateway.url,
        'x-forwarded-for': `10.0.0.${index}`,
        'x-colloid-client-address': `10.0.1.${index}`,
      },
      body: JSON.stringify({ token: `guess-number-${index}` }),
    }),
  );
  const statuses = (await Promise.all(attempts)).map((response) => response.status);
  expect(statuses).toContain(429);
});
