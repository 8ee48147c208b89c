/** @file Watching a run: over WebSocket and as server-sent events, fed by what a worker records. */
import { listenRunEvents } from '@colloid/catalog';
import { createClient as createSocketClient } from 'graphql-ws';
import type { ExecutionResult } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { createContext } from '../context.ts';
import type { Services } from '../context.ts';
import { toGlobalId } from '../ids.ts';
import { createLog } from '../log.ts';
import { beginRun, completeRun, recordIteration } from '../testing/seed-run.ts';
import { seedRun, seedTeam } from '../testing/seed-team.ts';
import type { SeededTeam } from '../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../testing/start.ts';
import type { TestClient, TestGateway } from '../testing/start.ts';
import { createRunFeed } from './run-feed.ts';
import { watchRun } from './watch-run.ts';

const WATCH = `subscription ($id: ID!) { runProgress(id: $id) {
  run { state stage progress } iteration { iteration thetaMin } preview { iteration url } logLine { message } } }`;
const SIZE = { identities: 2, variations: 1 };

let gateway: TestGateway;
let ada: SeededTeam;
let client: TestClient;
let stranger: TestClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { catalog } = gateway;
  ada = await seedTeam({ catalog, secret: TEST_SECRET, name: 'ada', ...SIZE });
  const eve = await seedTeam({ catalog, secret: TEST_SECRET, name: 'eve', ...SIZE });
  client = await signIn(gateway, ada.email);
  stranger = await signIn(gateway, eve.email);
});
afterAll(() => gateway.stop());

interface Progress {
  readonly runProgress: {
    readonly run: { readonly state: string; readonly stage: string | null };
    readonly iteration: { readonly iteration: number } | null;
    readonly preview: { readonly url: string } | null;
    readonly logLine: { readonly message: string } | null;
  };
}

function watch(cookie: string, runId: string, origin = gateway.url) {
  const socket = createSocketClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers: { cookie, origin } });
      }
    },
    retryAttempts: 0,
  });
  const id = toGlobalId('Run', { id: runId });
  return { socket, events: socket.iterate<Progress>({ query: WATCH, variables: { id } }) };
}

async function work(runId: string): Promise<void> {
  await beginRun(gateway, runId);
  for (const iteration of [0, 1]) await recordIteration(gateway, runId, iteration);
  await completeRun(gateway, { runId, identities: 2, samples: 2 });
}

test('a watcher sees how the run stands, then everything that happens, and the end of it', async () => {
  const { id: runId } = await seedRun(gateway.catalog, ada);
  const { socket, events } = watch(client.cookie, runId);
  const seen: Progress['runProgress'][] = [];
  let working: Promise<void> | undefined;
  for await (const { data, errors } of events as AsyncIterable<ExecutionResult<Progress>>) {
    expect(errors).toBeUndefined();
    if (data != null) seen.push(data.runProgress);
    // The first event is the run as it stands; only then does the worker begin.
    working ??= work(runId);
  }
  await working;
  await socket.dispose();
  expect(seen[0]?.run).toMatchObject({ state: 'QUEUED', stage: null });
  expect(seen.at(-1)?.run.state).toBe('SUCCEEDED');
  expect(seen.flatMap(({ iteration }) => iteration?.iteration ?? [])).toEqual([0, 1]);
  expect(seen.flatMap(({ preview }) => preview ?? [])).toHaveLength(2);
  expect(seen.flatMap(({ logLine }) => logLine?.message ?? [])).toEqual([
    'Iteration 0 of the references is done.',
    'Iteration 1 of the references is done.',
  ]);
});

test('a watcher who is slower than the run sees all of it as well, and its end last', async () => {
  const { id: runId } = await seedRun(gateway.catalog, ada);
  const stop = new AbortController();
  const heard = listenRunEvents({ databaseUrl: gateway.databaseUrl, signal: stop.signal });
  await heard.next();
  const runFeed = createRunFeed(heard, { log: createLog('silent'), stop: () => stop.abort() });
  try {
    const services = { catalog: gateway.catalog, runFeed } as unknown as Services;
    const watched = watchRun(createContext(services, ada.actor), runId);
    expect((await watched.next()).value).toMatchObject({ run: { state: 'QUEUED' } });
    // The run is over before the first event of it is looked at.
    await work(runId);
    const seen = await Array.fromAsync(watched);
    expect(seen.flatMap(({ iteration }) => iteration?.iteration ?? [])).toEqual([0, 1]);
    expect(seen.flatMap(({ preview }) => preview?.iteration ?? [])).toEqual([0, 1]);
    expect(seen.flatMap(({ logLine }) => logLine?.sequence ?? [])).toEqual([1, 2]);
    expect(seen.every(({ run }) => run.state === 'SUCCEEDED')).toBe(true);
  } finally {
    await runFeed.close();
  }
});

test('two watchers of one run both see it, and one that leaves does not disturb the other', async () => {
  const { id: runId } = await seedRun(gateway.catalog, ada);
  const [first, second] = [watch(client.cookie, runId), watch(client.cookie, runId)];
  await first.events.next();
  await second.events.next();
  await first.events.return?.(undefined);
  await first.socket.dispose();
  await gateway.catalog.runs.requestCancel({ actor: ada.actor, runId });
  const { value } = (await second.events.next()) as { value: ExecutionResult<Progress> };
  expect(value.data?.runProgress.run.state).toBe('CANCELLED');
  expect((await second.events.next()).done).toBe(true);
  await second.socket.dispose();
});

test('a run of another team does not exist for a watcher, and a page of another site gets no socket', async () => {
  const { id: runId } = await seedRun(gateway.catalog, ada);
  const foreign = watch(stranger.cookie, runId);
  const { value } = (await foreign.events.next()) as { value: ExecutionResult };
  expect(value.errors).toMatchObject([
    { message: 'There is no such run, or you may not see it.', extensions: { code: 'NOT_FOUND' } },
  ]);
  expect(JSON.stringify(value)).not.toContain('stack');
  await foreign.socket.dispose();
  const elsewhere = watch(client.cookie, runId, 'https://elsewhere.example');
  await expect(elsewhere.events.next()).rejects.toMatchObject({ type: 'error' });
});

test('server-sent events say the same', async () => {
  const { id: runId } = await seedRun(gateway.catalog, ada);
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      cookie: client.cookie,
    },
    body: JSON.stringify({ query: WATCH, variables: { id: toGlobalId('Run', { id: runId }) } }),
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  let hasCancelled = false;
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (!hasCancelled && text.includes('QUEUED')) {
      hasCancelled = true;
      await gateway.catalog.runs.requestCancel({ actor: ada.actor, runId });
    }
  }
  expect(text).toMatch(/event: next[^]*"QUEUED"[^]*event: next[^]*"CANCELLED"[^]*event: complete/);
});

test('an operation that is refused is refused as an event too, with its code and without a stack', async () => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query: WATCH, variables: { id: 'x' } }),
  });
  const text = await response.text();
  expect(text).toContain('"UNAUTHENTICATED"');
  expect(text).not.toContain('stack');
});
