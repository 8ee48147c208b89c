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
  test('the first person may sign up by themselves, the second may not', async () => {
    const person = (email: string) => ({ email, password: PASSWORD, name: 'Somebody' });
    const first = await postJson(gateway, '/api/auth/sign-up/email', person('first@example.org'));
    expect(first.status).toBe(200);
    const second = await postJson(gateway, '/api/auth/sign-up/email', person('second@example.org'));
    expect(second.status).toBe(403);
    expect(await second.json()).toMatchObject({ code: 'SIGN_UP_CLOSED' });
    expect(await gateway.catalog.prisma.user.count()).toBe(1);
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
