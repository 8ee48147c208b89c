/** @file A database, a folder of objects and a host to compute on, all in this process: what tests of whole runs begin with. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Catalog, openCatalog } from '@colloid/catalog';
import { startTestDatabase } from '@colloid/catalog/testing';
import { openRuntime, type Runtime } from '@colloid/sampler';
import { type ObjectStore, openObjectStore } from '@colloid/storage';

import { type ComputeHost, openComputeHost } from '../compute-host.ts';
import { executeRun, type RunEnding } from '../execute-run.ts';
import { seedRun, type SeededRun, type SeedOptions } from './seed-run.ts';

export interface RunWorld {
  readonly catalog: Catalog;
  readonly databaseUrl: string;
  readonly store: ObjectStore;
  /** Where the objects lie, by their keys. */
  readonly folder: string;
  readonly runtime: Runtime;
  readonly host: ComputeHost;
  /** A team with one run, which is in no queue. */
  seed(options: Pick<SeedOptions, 'recipe' | 'installModels'>): Promise<SeededRun>;
  /** Executes a run here. @param options.host and catalog @default those of the world */
  execute(
    runId: string,
    options?: {
      readonly signal?: AbortSignal;
      readonly host?: ComputeHost;
      readonly catalog?: Catalog;
    },
  ): Promise<RunEnding>;
  close(): Promise<void>;
}

/** Opens one in which nothing is remembered. @param options.threads of the runtime. @default 2 */
export async function openRunWorld(options: { readonly threads?: number } = {}): Promise<RunWorld> {
  const { threads = 2 } = options;
  const database = await startTestDatabase();
  const { databaseUrl } = database;
  const catalog = await openCatalog({ databaseUrl });
  const folder = await mkdtemp(join(tmpdir(), 'colloid-runs-'));
  const store = await openObjectStore({ kind: 'filesystem', root: folder });
  const runtime = await openRuntime({ provider: 'cpu', threads });
  const host = openComputeHost({ store, runtime });
  return {
    catalog,
    databaseUrl,
    store,
    folder,
    runtime,
    host,
    seed: (what) => seedRun({ catalog, store, ...what, enqueue: async () => undefined }),
    execute: (runId, given = {}) =>
      executeRun({
        catalog,
        store,
        host,
        runId,
        workerId: randomUUID(),
        machine: 'test',
        signal: new AbortController().signal,
        clock: () => performance.now() / 1000,
        ...given,
      }),
    async close() {
      await host.close();
      await runtime.close();
      await store.close();
      await catalog.close();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
