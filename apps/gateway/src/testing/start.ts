/** @file A real gateway on a database and a folder of its own, and clients for it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openCatalog } from '@colloid/catalog';
import type { Catalog } from '@colloid/catalog';
import { startTestDatabase } from '@colloid/catalog/testing';
import { openObjectStore } from '@colloid/storage';
import type { ObjectStore } from '@colloid/storage';

import type { GatewayConfig } from '../config.ts';
import { startGateway } from '../server.ts';
import type { RunningGateway } from '../server.ts';
import { SEED_PASSWORD } from './seed-team.ts';

/** Signs sessions in tests. */
export const TEST_SECRET = 'Zm9yIHRlc3RzIG9ubHksIG5ldmVyIGVsc2V3aGVyZQ==';

/** A gateway with direct access to what lies behind it. */
export interface TestGateway extends RunningGateway {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly databaseUrl: string;
  /** Everything is gone afterwards. */
  stop(): Promise<void>;
}

/** Starts a gateway on port 0, on a database of its own unless `databaseUrl` names one that stays. */
export async function startTestGateway(
  overrides: Partial<GatewayConfig> = {},
): Promise<TestGateway> {
  const { databaseUrl: existing } = overrides;
  const database =
    existing === undefined
      ? await startTestDatabase()
      : { databaseUrl: existing, stop: () => Promise.resolve() };
  const { databaseUrl } = database;
  const root = await mkdtemp(join(tmpdir(), 'colloid-gateway-'));
  const config = { kind: 'filesystem', root } as const;
  const gateway = await startGateway({
    port: 0,
    databaseUrl,
    store: config,
    secret: TEST_SECRET,
    logLevel: 'silent',
    ...overrides,
  });
  const catalog = await openCatalog({ databaseUrl });
  const store = await openObjectStore(config);
  return {
    ...gateway,
    catalog,
    store,
    databaseUrl,
    async stop() {
      await gateway.close();
      await catalog.close();
      await store.close();
      await database.stop();
      await rm(root, { recursive: true });
    },
  };
}

/** The answer to a GraphQL request. */
export interface GraphqlAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly errors: readonly {
    readonly message: string;
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
  /** The body as it came. */
  readonly text: string;
}

/** Sends requests, as one person where a cookie is given. */
export interface TestClient {
  readonly cookie: string;
  send(query: string, variables?: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer>;
  /** As `send`, for operations that must not fail. */
  data<T>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<T>;
}

/** A client that carries `cookie`. */
export function createClient(gateway: { readonly url: string }, cookie = ''): TestClient {
  const send: TestClient['send'] = async (query, variables = {}) => {
    const response = await postJson(gateway, '/graphql', { query, variables }, cookie);
    const text = await response.text();
    const body = JSON.parse(text) as Partial<GraphqlAnswer>;
    return { status: response.status, data: body.data, errors: body.errors ?? [], text };
  };
  return {
    cookie,
    send,
    async data<T>(query: string, variables?: Readonly<Record<string, unknown>>) {
      const answer = await send(query, variables);
      if (answer.errors.length > 0) throw new Error(`The operation failed: ${answer.text}`);
      return answer.data as T;
    },
  };
}

/** Signs in with the seeded password. */
export async function signIn(gateway: TestGateway, email: string): Promise<TestClient> {
  const body = { email, password: SEED_PASSWORD };
  const response = await postJson(gateway, '/api/auth/sign-in/email', body);
  if (!response.ok) throw new Error(`Signing in as ${email} failed: ${await response.text()}`);
  return createClient(gateway, cookiesOf(response));
}

/** What a browser would send back. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

/** Posts as a page of the gateway's own origin does. */
export function postJson(
  gateway: { readonly url: string },
  path: string,
  body: unknown,
  cookie = '',
): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: gateway.url,
      ...(cookie === '' ? {} : { cookie }),
    },
    body: JSON.stringify(body),
  });
}
