/** @file A database, a data folder and one queued run, with real worker processes that a test can kill. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { type Catalog, openCatalog, type RunForExecution } from '@colloid/catalog';
import { startTestDatabase } from '@colloid/catalog/testing';
import { openQueue, type Queue } from '@colloid/pipeline';
import { seedRun, type SeededRun, type SeedOptions } from '@colloid/pipeline/testing';
import { type ObjectStore, openObjectStore } from '@colloid/storage';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 300_000;

export interface WorkerWorld {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  /** Where the objects lie, by their keys. */
  readonly objectsFolder: string;
  readonly queue: Queue;
  readonly seeded: SeededRun;
  /** Starts a worker process. All that are left are killed when the world ends. */
  readonly startWorker: () => WorkerProcess;
  /** What all workers have written so far. */
  readonly log: () => string;
}

export interface WorkerProcess {
  /**
   * SIGKILL: no handler runs. Resolves when the process is gone.
   *
   * @param options.isMissed for the only worker there is: all that it had counts as silent for a minute already, since what is left until
   *   others take it is nothing but waiting. @default false
   */
  kill(options?: { readonly isMissed?: boolean }): Promise<void>;
  /** SIGTERM. Resolves with the exit code, null where it was killed. */
  stop(): Promise<number | null>;
}

/** What two runs have in common if they computed the same. */
export interface RunContents {
  /** Of the version: over all of the below, and all rows of identities and samples. */
  readonly digest: string;
  /** `KIND ordinal digest` of every shard of images, latents and embeddings. */
  readonly shards: readonly string[];
}

/** Runs `work` in a world of its own. */
export async function inWorkerWorld<Result>(
  { recipe, installModels }: Pick<SeedOptions, 'recipe' | 'installModels'>,
  work: (world: WorkerWorld) => Promise<Result>,
): Promise<Result> {
  await using stack = new AsyncDisposableStack();
  const database = await startTestDatabase();
  stack.defer(() => database.stop());
  const folder = await mkdtemp(join(tmpdir(), 'colloid-workers-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const catalog = await openCatalog({ databaseUrl: database.databaseUrl });
  stack.defer(() => catalog.close());
  const objectsFolder = join(folder, 'objects');
  const store = await openObjectStore({ kind: 'filesystem', root: objectsFolder });
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
    recipe,
    ...(installModels === undefined ? {} : { installModels }),
    enqueue: (transaction, runId) => queue.enqueueRun(transaction, runId, { gpu: false }),
  });
  let log = '';
  const startWorker = (): WorkerProcess => {
    const child: ChildProcess = spawn(process.execPath, [MAIN], {
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
      stream?.on('data', (chunk: Buffer) => {
        log += chunk.toString('utf8');
      });
    }
    const gone = once(child, 'exit') as Promise<[number | null]>;
    const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
      child.kill(signal);
      const [code] = await gone;
      return code;
    };
    stack.defer(async () => void (await end('SIGKILL')));
    return {
      kill: async ({ isMissed = false } = {}) => {
        await end('SIGKILL');
        if (isMissed) await silentForAMinute(catalog);
      },
      stop: () => end('SIGTERM'),
    };
  };
  // Awaited here: what this function opened is closed when it returns.
  return await work({ catalog, store, objectsFolder, queue, seeded, startWorker, log: () => log });
}

/** Puts every heartbeat of jobs and of shards a minute back. */
async function silentForAMinute({ prisma }: Catalog): Promise<void> {
  await prisma.$executeRaw`
    UPDATE pgboss.job SET heartbeat_on = heartbeat_on - interval '1 minute' WHERE state = 'active'`;
  await prisma.$executeRaw`
    UPDATE "run_shard" SET "heartbeatAt" = "heartbeatAt" - interval '1 minute'`;
}

/** Waits for something to become true of the run; fails with what the workers wrote. */
export async function until(
  world: WorkerWorld,
  what: string,
  isTrue: (run: RunForExecution) => boolean | Promise<boolean>,
): Promise<void> {
  const { catalog, seeded } = world;
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const run = await catalog.execution.loadRun(seeded.runId);
    if (run?.state === 'FAILED') throw new Error(run.failure ?? 'failed without a reason');
    if (run !== null && (await isTrue(run))) return;
    await delay(LOOK_EVERY_MS);
  }
  throw new Error(`${what} did not come to pass; the workers wrote:\n${world.log()}`);
}

/** Waits for the end of the run and reads what it made. */
export async function contentsWhenDone(world: WorkerWorld): Promise<RunContents> {
  const { catalog, seeded } = world;
  await until(world, 'the end of the run', (run) => run.state === 'SUCCEEDED');
  const { actor, datasetId, runId } = seeded;
  const version = await catalog.versions.versionByNumber({ actor, datasetId, number: 1 });
  const shards = await catalog.prisma.shard.findMany({
    where: { runId },
    orderBy: [{ kind: 'asc' }, { ordinal: 'asc' }],
  });
  return {
    digest: version?.digest ?? 'no version',
    shards: shards.map(({ kind, ordinal, digest }) => `${kind} ${ordinal} ${digest}`),
  };
}
