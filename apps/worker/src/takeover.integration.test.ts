import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { type Catalog, openCatalog } from '@colloid/catalog';
import { startTestDatabase } from '@colloid/catalog/testing';
import { openQueue } from '@colloid/pipeline';
import { seedRun, type SeededRun, smallRecipe } from '@colloid/pipeline/testing';
import { openObjectStore } from '@colloid/storage';
import { afterAll, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');
const ITERATIONS = 60;
const RECIPE = smallRecipe({
  identities: 16,
  iterations: ITERATIONS,
  variations: 2,
  variationIterations: 2,
});

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

interface World {
  readonly catalog: Catalog;
  readonly seeded: SeededRun;
  readonly startWorker: () => ChildProcess;
  readonly log: () => string;
}

/** A database, a data folder and one queued run of their own. */
async function inOwnWorld<Result>(work: (world: World) => Promise<Result>): Promise<Result> {
  await using stack = new AsyncDisposableStack();
  const database = await startTestDatabase();
  stack.defer(() => database.stop());
  const folder = await mkdtemp(join(tmpdir(), 'colloid-takeover-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const catalog = await openCatalog({ databaseUrl: database.databaseUrl });
  stack.defer(() => catalog.close());
  const store = await openObjectStore({ kind: 'filesystem', root: join(folder, 'objects') });
  stack.defer(() => store.close());
  const queue = await openQueue({
    databaseUrl: database.databaseUrl,
    onError: (error) => {
      throw error;
    },
  });
  stack.defer(() => queue.stop({ graceMs: 0 }));
  const seeded = await seedRun({
    catalog,
    store,
    recipe: RECIPE,
    enqueue: (transaction, runId) => queue.enqueueRun(transaction, runId),
  });
  let log = '';
  // Awaited here: what this function opened is closed when it returns.
  return await work({
    catalog,
    seeded,
    log: () => log,
    startWorker: () => {
      const child = spawn(process.execPath, [MAIN], {
        env: {
          ...process.env,
          DATABASE_URL: database.databaseUrl,
          COLLOID_DATA: folder,
          COLLOID_PROVIDER: 'cpu',
          COLLOID_THREADS: '2',
          NODE_NO_WARNINGS: '1',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          log += chunk.toString('utf8');
        });
      }
      children.push(child);
      stack.defer(() => {
        child.kill('SIGKILL');
      });
      return child;
    },
  });
}

/** Waits for something to become true of the database; fails with what the workers wrote. */
async function until(world: World, what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 3000; attempt += 1) {
    if (await isTrue()) return;
    await delay(100);
  }
  throw new Error(`${what} did not come to pass; the workers wrote:\n${world.log()}`);
}

const iterationsOf = ({ catalog, seeded }: World): Promise<number> =>
  catalog.prisma.runIteration.count({ where: { runId: seeded.runId, stage: 'REFERENCES' } });

async function digestWhenDone(world: World): Promise<string> {
  const { catalog, seeded } = world;
  await until(world, 'the end of the run', async () => {
    const run = await catalog.execution.loadRun(seeded.runId);
    if (run?.state === 'FAILED') throw new Error(run.failure ?? 'failed without a reason');
    return run?.state === 'SUCCEEDED';
  });
  const { actor, datasetId } = seeded;
  const version = await catalog.versions.versionByNumber({ actor, datasetId, number: 1 });
  return version?.digest ?? 'no version';
}

test('a worker killed in the middle of Langevin is taken over, and the version has the digest of a run that was not', async () => {
  const undisturbed = await inOwnWorld(async (world) => {
    world.startWorker();
    return digestWhenDone(world);
  });

  const takenOver = await inOwnWorld(async (world) => {
    const first = world.startWorker();
    await until(world, 'a few iterations', async () => (await iterationsOf(world)) >= 5);
    first.kill('SIGKILL');
    const run = await world.catalog.execution.loadRun(world.seeded.runId);
    expect(run?.stage).toBe('REFERENCES');
    expect(await iterationsOf(world)).toBeLessThan(ITERATIONS);
    world.startWorker();
    return digestWhenDone(world);
  });

  expect(takenOver).toBe(undisturbed);
}, 900_000);

test('a worker that cannot reach its database says so in one sentence and exits with 1', async () => {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      DATABASE_URL: 'postgresql://colloid:secret@127.0.0.1:9/colloid',
      NODE_NO_WARNINGS: '1',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  expect(code).toBe(1);
  expect(said).toMatch(/^colloid worker: .*127\.0\.0\.1:9.*\n$/);
  expect(said).not.toContain('secret');
});
