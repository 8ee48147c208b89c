import { randomUUID } from 'node:crypto';

import { type Catalog, openCatalog } from '@colloid/catalog';
import { startTestDatabase, type TestDatabase } from '@colloid/catalog/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { openQueue, type Queue, type SqlExecutor } from './queue.ts';

let database: TestDatabase;
let catalog: Catalog;
let opened: Queue[] = [];
beforeAll(async () => {
  database = await startTestDatabase();
  catalog = await openCatalog({ databaseUrl: database.databaseUrl });
});
afterEach(async () => {
  for (const queue of opened) await queue.stop();
  opened = [];
});
afterAll(async () => {
  await catalog.close();
  await database.stop();
});

/** Each worker has a connection of its own, as it has in its own process. */
async function open(): Promise<Queue> {
  const queue = await openQueue({
    databaseUrl: database.databaseUrl,
    onError: (error) => {
      throw error;
    },
  });
  opened.push(queue);
  return queue;
}

const directly: SqlExecutor = {
  executeSql: async (text, values = []) => ({
    rows: await catalog.prisma.$queryRawUnsafe(text, ...values),
  }),
};

/** A worker that notes what it takes, and holds it until it is let go. */
function taker(): {
  readonly handle: (payload: { readonly runId: string }) => Promise<void>;
  readonly next: () => Promise<string>;
  readonly letGo: () => void;
} {
  const taken: string[] = [];
  let tell = (): void => undefined;
  let hold = Promise.withResolvers<void>();
  return {
    handle: async ({ runId }) => {
      taken.push(runId);
      tell();
      await hold.promise;
    },
    next: async () => {
      while (taken.length === 0) await new Promise<void>((resolve) => (tell = resolve));
      return taken.shift() as string;
    },
    letGo: () => {
      hold.resolve();
      hold = Promise.withResolvers<void>();
    },
  };
}

test('a run that needs a GPU waits for a worker with one, and holds no other run up', async () => {
  const [onCpu, onGpu] = [await open(), await open()];
  const [half, first, second] = [randomUUID(), randomUUID(), randomUUID()];
  await onCpu.enqueueRun(directly, half, { gpu: true });
  await onCpu.enqueueRun(directly, first, { gpu: false });
  await onCpu.enqueueRun(directly, second, { gpu: false });
  const cpu = taker();
  await onCpu.workRuns(cpu.handle, { gpu: false });
  expect(await cpu.next()).toBe(first);
  cpu.letGo();
  expect(await cpu.next()).toBe(second);
  cpu.letGo();
  const gpu = taker();
  await onGpu.workRuns(gpu.handle, { gpu: true });
  expect(await gpu.next()).toBe(half);
  gpu.letGo();
}, 60_000);

test('a worker with a GPU takes both kinds one at a time, first what only it can take', async () => {
  const [onCpu, onGpu] = [await open(), await open()];
  const [half, whole, last] = [randomUUID(), randomUUID(), randomUUID()];
  await onGpu.enqueueRun(directly, whole, { gpu: false });
  await onGpu.enqueueRun(directly, half, { gpu: true });
  const gpu = taker();
  await onGpu.workRuns(gpu.handle, { gpu: true });
  expect(await gpu.next()).toBe(half);
  const cpu = taker();
  await onCpu.workRuns(cpu.handle, { gpu: false });
  expect(await cpu.next()).toBe(whole);
  // Both are at one: what comes now waits for whoever is free first.
  await onGpu.enqueueRun(directly, last, { gpu: false });
  gpu.letGo();
  expect(await gpu.next()).toBe(last);
  gpu.letGo();
  cpu.letGo();
}, 60_000);

test('a queue that cannot be opened says so, and leaves no connection', async () => {
  const own = await startTestDatabase();
  const ownCatalog = await openCatalog({ databaseUrl: own.databaseUrl });
  const { prisma } = ownCatalog;
  const onError = (error: Error): never => {
    throw error;
  };
  const opening = () => openQueue({ databaseUrl: own.databaseUrl, onError });
  await (await opening()).stop();
  // The connection stands, and the schema is there, but no queue can be made.
  await prisma.$executeRaw`ALTER FUNCTION pgboss.create_queue RENAME TO gone`;
  await expect(opening()).rejects.toMatchObject({ code: 'QUEUE_UNREACHABLE' });
  const connections = () =>
    prisma.$queryRaw`
      SELECT application_name FROM pg_stat_activity
      WHERE datname = current_database() AND application_name <> 'colloid'`;
  await expect.poll(connections, { timeout: 30_000 }).toEqual([]);
  await ownCatalog.close();
  await own.stop();
}, 60_000);

test('a job that fails in its last try is told with what that said, and one whose worker is gone without', async () => {
  const queue = await open();
  const [thrown, silent] = [randomUUID(), randomUUID()];
  const jobOf = (runId: string) => ({ name: 'run.execute', payload: { runId } });
  const lost: unknown[] = [];
  const told = Promise.withResolvers<void>();
  await queue.workLostJobs(async (job) => {
    lost.push(job);
    if (lost.length === 2) told.resolve();
  });
  for (const runId of [thrown, silent]) await queue.enqueueRun(directly, runId, { gpu: false });
  // All but the last of their tries have been.
  await catalog.prisma.$executeRaw`
    UPDATE pgboss.job SET retry_count = retry_limit WHERE data->>'runId' IN (${thrown}, ${silent})`;
  const held = Promise.withResolvers<void>();
  await queue.workRuns(
    async ({ runId }) => {
      if (runId === thrown) throw new Error('the object store is away');
      await catalog.prisma.$executeRaw`
        UPDATE pgboss.job SET heartbeat_on = heartbeat_on - interval '1 hour' WHERE data->>'runId' = ${silent}`;
      await held.promise;
    },
    { gpu: false },
  );
  await told.promise;
  held.resolve();
  expect(lost).toEqual([
    { job: jobOf(thrown), tries: 21, lastError: 'the object store is away' },
    { job: jobOf(silent), tries: 21, lastError: null },
  ]);
}, 60_000);
