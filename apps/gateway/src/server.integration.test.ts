/** @file The front door: health, the web application behind it, errors, ports, and stopping. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { GatewayError } from './errors.ts';
import { startGateway } from './server.ts';
import { createClient, startTestGateway, TEST_SECRET } from './testing/start.ts';
import type { TestGateway } from './testing/start.ts';

let web: Server;
let gateway: TestGateway;

beforeAll(async () => {
  web = createServer((request, response) => {
    const { url, headers } = request;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ url, host: headers.host, headers }));
  });
  const sockets = new WebSocketServer({ server: web });
  sockets.on('connection', (socket, request) => {
    socket.send(`hello ${request.url ?? ''}`);
  });
  await new Promise<void>((resolve) => {
    web.listen(0, '127.0.0.1', resolve);
  });
  const { port } = web.address() as AddressInfo;
  gateway = await startTestGateway({ webUrl: `http://127.0.0.1:${port}` });
});
afterAll(async () => {
  await gateway.stop();
  web.closeAllConnections();
  web.close();
});

const own = (url: string) => ({
  port: 0,
  databaseUrl: url,
  store: { kind: 'memory' } as const,
  secret: TEST_SECRET,
  logLevel: 'silent' as const,
});

test('the gateway says that it is well', async () => {
  const response = await fetch(`${gateway.url}/healthz`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
});

test('other paths are answered by the web application, under the address that the browser used', async () => {
  const response = await fetch(`${gateway.url}/t/lab?tab=runs`, {
    headers: { 'x-forwarded-for': '10.1.1.1', 'x-forwarded-host': 'forged.example' },
  });
  const seen = (await response.json()) as {
    url: string;
    host: string;
    headers: Record<string, string>;
  };
  expect(seen.url).toBe('/t/lab?tab=runs');
  expect(seen.host).toBe(new URL(gateway.url).host);
  expect(seen.headers['x-forwarded-for']).toBe('127.0.0.1');
  expect(seen.headers['x-forwarded-host']).toBe(seen.host);
});

test('its WebSockets pass through too', async () => {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/_next/hmr`);
  const message = await new Promise((resolve, reject) => {
    socket.once('message', (data) => {
      resolve((data as Buffer).toString());
    });
    socket.once('error', reject);
  });
  socket.close();
  expect(message).toBe('hello /_next/hmr');
});

test('without a web application, and while it is down, a page says so', async () => {
  const alone = await startGateway(own(gateway.databaseUrl));
  const lost = await startGateway({ ...own(gateway.databaseUrl), webUrl: 'http://127.0.0.1:9' });
  const pages = await Promise.all(
    [alone, lost].map(async ({ url }) => {
      const response = await fetch(`${url}/t/lab`);
      return { status: response.status, text: await response.text() };
    }),
  );
  await alone.close();
  await lost.close();
  expect(pages.map(({ status }) => status)).toEqual([502, 502]);
  expect(pages[0]?.text).toContain('Set WEB_URL');
  expect(pages[1]?.text).toContain('http://127.0.0.1:9 does not answer');
});

test('a port that is taken is said in one sentence, and nothing stays open', async () => {
  const port = Number(new URL(gateway.url).port);
  const error = await startGateway({ ...own(gateway.databaseUrl), port }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GatewayError);
  expect((error as GatewayError).message).toBe(
    `Port ${port} is taken by another program; stop it, or set COLLOID_PORT to a free port.`,
  );
});

test('who comes while it is starting is answered once it has', async () => {
  const placeholder = createServer();
  await new Promise<void>((resolve) => {
    placeholder.listen(0, '127.0.0.1', resolve);
  });
  const { port } = placeholder.address() as AddressInfo;
  await new Promise((resolve) => placeholder.close(resolve));
  let isUp = false;
  const starting = startGateway({ ...own(gateway.databaseUrl), port }).finally(() => {
    isUp = true;
  });
  // The first connection that is not refused comes long before the catalog is open.
  let answer: Promise<Response> | undefined;
  while (answer === undefined) {
    const isTaken = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => {
        resolve(false);
      });
      socket.once('connect', () => socket.destroy());
    });
    if (isTaken) answer = fetch(`http://127.0.0.1:${port}/healthz`);
  }
  expect(isUp).toBe(false);
  expect((await answer).status).toBe(200);
  await (await starting).close();
});

test('a database that is not there is said before anything is served', async () => {
  const start = startGateway(own('postgresql://nobody@127.0.0.1:9/nothing'));
  await expect(start).rejects.toMatchObject({ name: 'CatalogError', code: 'DATABASE_UNREACHABLE' });
});

test('a fault of ours has a code and no stack, and says nothing about the database', async () => {
  const { prisma } = gateway.catalog;
  await prisma.$executeRaw`ALTER TABLE "worker" RENAME TO "worker_gone"`;
  const { ensureUser } = await import('./auth/users.ts');
  const { SEED_PASSWORD } = await import('./testing/seed-team.ts');
  const { signIn } = await import('./testing/start.ts');
  const email = 'ada@example.org';
  const options = { catalog: gateway.catalog, secret: TEST_SECRET };
  await ensureUser({ ...options, email, name: 'Ada', password: SEED_PASSWORD });
  const client = await signIn(gateway, email);
  const { text, errors } = await client.send('{ system { version } }');
  await prisma.$executeRaw`ALTER TABLE "worker_gone" RENAME TO "worker"`;
  expect(errors).toMatchObject([
    {
      message: 'Something went wrong in the gateway; its log says what.',
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    },
  ]);
  expect(text).not.toMatch(/worker_gone|relation|prisma|stack|node_modules/i);
  const wrong = await client.send('{ nothing }');
  expect(wrong.errors[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  const broken = await createClient(gateway).send('{ nothing');
  expect(broken.errors[0]?.extensions).toEqual({ code: 'GRAPHQL_PARSE_FAILED' });
});

test('introspection can be switched off', async () => {
  const closed = await startGateway({ ...own(gateway.databaseUrl), introspection: false });
  const { errors } = await createClient(closed).send('{ __schema { queryType { name } } }');
  await closed.close();
  expect(errors[0]?.message).toMatch(/introspection/i);
});

test('closing twice is closing once, and afterwards nobody answers', async () => {
  const other = await startGateway(own(gateway.databaseUrl));
  await Promise.all([other.close(), other.close()]);
  await expect(fetch(`${other.url}/healthz`)).rejects.toThrow();
});
