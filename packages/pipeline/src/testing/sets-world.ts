/** @file A team with the built-in models, a store, a queue and a runtime: what tests of sets begin with. */

import { randomUUID } from 'node:crypto';

import { type Catalog, openCatalog } from '@colloid/catalog';
import { startTestDatabase } from '@colloid/catalog/testing';
import { openRuntime, type Runtime } from '@colloid/sampler';
import { type ObjectStore, openObjectStore } from '@colloid/storage';

import { installBuiltInModels } from '../built-in-models.ts';
import { openQueue, type Queue } from '../queue/queue.ts';

export interface SetsWorld {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly queue: Queue;
  readonly runtime: Runtime;
  readonly actor: { readonly userId: string };
  readonly teamId: string;
  readonly generatorVersionId: string;
  readonly recogniserVersionId: string;
  close(): Promise<void>;
}

/** Opens it on a database of its own. */
export async function openSetsWorld(): Promise<SetsWorld> {
  const database = await startTestDatabase();
  const catalog = await openCatalog({ databaseUrl: database.databaseUrl });
  const store = await openObjectStore({ kind: 'memory' });
  const runtime = await openRuntime({ provider: 'cpu', threads: 2 });
  const queue = await openQueue({
    databaseUrl: database.databaseUrl,
    onError: (error) => {
      throw error;
    },
  });
  const id = randomUUID();
  const actor = { userId: id };
  await catalog.prisma.user.create({ data: { id, name: 'Test', email: `${id}@colloid.example` } });
  const { id: teamId } = await catalog.teams.createTeam({ actor, slug: 'lab', name: 'Lab' });
  await installBuiltInModels({ catalog, store, teamId });
  const models = await catalog.models.listModelVersions({ actor, teamId });
  const idOf = (kind: string): string => models.find((model) => model.kind === kind)?.id ?? '';
  return {
    catalog,
    store,
    queue,
    runtime,
    actor,
    teamId,
    generatorVersionId: idOf('GENERATOR'),
    recogniserVersionId: idOf('RECOGNISER'),
    async close() {
      await queue.stop({ graceMs: 0 });
      await runtime.close();
      await catalog.close();
      await store.close();
      await database.stop();
    },
  };
}
