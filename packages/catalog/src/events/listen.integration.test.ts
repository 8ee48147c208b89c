import { afterAll, beforeAll, expect, test } from 'vitest';
import { withConnection } from '../database/connect.ts';
import { makeTeam, openTestCatalog, startRun, type TestCatalog } from '../testing/index.ts';
import { listenRunEvents } from './listen.ts';
import type { RunEvent } from './run-event.ts';

let open: TestCatalog;
beforeAll(async () => {
  open = await openTestCatalog();
});
afterAll(() => open.close());

test('changes of a run arrive in order, survive a cut connection, and end with the signal', async () => {
  const world = await makeTeam(open.catalog, 'events');
  const { databaseUrl } = open;
  const abort = new AbortController();
  const interruptions: unknown[] = [];
  const events = listenRunEvents({
    databaseUrl,
    signal: abort.signal,
    onInterruption: (error) => interruptions.push(error),
  });
  const next = async (): Promise<RunEvent | undefined> => {
    const result = await events.next();
    return result.done === true ? undefined : result.value;
  };
  expect(await next()).toEqual({ kind: 'RESYNC' });

  const { id: runId } = await startRun(open.catalog, world);
  await open.catalog.execution.beginRun({ runId, provider: 'cpu', machine: 'test' });
  await open.catalog.execution.appendLog({ runId, level: 'info', message: 'hello' });
  expect([await next(), await next(), await next()]).toEqual([
    { kind: 'RUN', runId },
    { kind: 'RUN', runId },
    { kind: 'LOG', runId, sequence: 1 },
  ]);

  await withConnection(databaseUrl, async (client) => {
    // What others say on the channel is passed over.
    await client.query(
      "SELECT pg_notify('colloid_run', 'not json'), pg_notify('colloid_run', '{}')",
    );
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    );
  });
  expect(await next()).toEqual({ kind: 'RESYNC' });
  expect(interruptions.length).toBeGreaterThan(0);
  await open.catalog.runs.requestCancel({ actor: world.owner, runId });
  expect([await next(), await next()]).toEqual([
    { kind: 'CANCEL_REQUESTED', runId },
    { kind: 'RUN', runId },
  ]);

  const last = next();
  abort.abort();
  expect(await last).toBeUndefined();
});
