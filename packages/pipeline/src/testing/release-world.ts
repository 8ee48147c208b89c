/** @file Versions that a real run made, in a folder of their own: what tests of releases begin with. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Catalog, type DatasetVersion, openCatalog } from '@colloid/catalog';
import { startTestDatabase } from '@colloid/catalog/testing';
import { openRuntime, type Runtime } from '@colloid/sampler';
import { type ObjectStore, openObjectStore } from '@colloid/storage';

import { openComputeHost } from '../compute-host.ts';
import { executeRun } from '../execute-run.ts';
import { runPlan } from '../run-plan.ts';
import { seedRun, type SeededRun } from './seed-run.ts';
import { installTinyModels, tinyRecipe } from './tiny-models.ts';

export interface ReleaseWorld {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly databaseUrl: string;
  readonly seeded: SeededRun;
  /** Of the run: 30 identities with 4 images each. */
  readonly whole: DatasetVersion;
  /** Every other identity or so of it, without its references. */
  readonly subset: DatasetVersion;
  /** That run and another one. */
  readonly merged: DatasetVersion;
  close(): Promise<void>;
}

/** Runs twice, selects and merges. */
export async function openReleaseWorld(): Promise<ReleaseWorld> {
  const database = await startTestDatabase();
  const { databaseUrl } = database;
  const catalog = await openCatalog({ databaseUrl });
  const root = await mkdtemp(join(tmpdir(), 'colloid-release-'));
  const store = await openObjectStore({ kind: 'filesystem', root });
  const runtime = await openRuntime({ provider: 'cpu', threads: 2 });
  const host = openComputeHost({ store, runtime });
  const recipe = tinyRecipe({
    identities: 30,
    iterations: 60,
    variations: 3,
    variationIterations: 5,
  });
  const enqueue = async (): Promise<void> => undefined;
  const seeded = await seedRun({
    catalog,
    store,
    recipe,
    installModels: installTinyModels,
    enqueue,
  });
  const { actor, datasetId, teamId } = seeded;
  const finish = async (runId: string): Promise<DatasetVersion> => {
    await executeRun({
      catalog,
      store,
      host,
      runId,
      workerId: randomUUID(),
      machine: 'test',
      signal: new AbortController().signal,
      clock: () => performance.now() / 1000,
    });
    const [versions] = await catalog.versions.versionsOfRuns({ actor, runIds: [runId] });
    const [version] = versions ?? [];
    if (version === undefined) throw new Error(`The run ${runId} left no version.`);
    return version;
  };
  const whole = await finish(seeded.runId);
  await catalog.budgets.setIdentityBudget({
    actor,
    scope: { datasetId },
    maxIdentities: 60,
    maxSamples: 240,
    minSeparation: 0.1,
  });
  const models = await catalog.models.listModelVersions({ actor, teamId });
  const idOf = (kind: string): string => models.find((model) => model.kind === kind)?.id ?? '';
  const another = await catalog.recipes.createRecipe({
    actor,
    teamId,
    name: 'another',
    definition: JSON.parse(JSON.stringify({ ...recipe, seed: 2 })) as Record<string, never>,
    generatorVersionId: idOf('GENERATOR'),
    recogniserVersionId: idOf('RECOGNISER'),
  });
  const second = await catalog.runs.createRun(
    { actor, datasetId, recipeId: another.id, plan: runPlan },
    enqueue,
  );
  const other = await finish(second.id);
  const subset = await catalog.subsets.materialiseSubset({
    actor,
    from: {
      versionId: whole.id,
      query: { where: { kind: 'VARIATION' }, maxIdentities: 14, perIdentity: 2, seed: 3 },
    },
  });
  const merged = await catalog.subsets.mergeVersions({
    actor,
    versionIds: [subset.id, other.id],
  });
  return {
    catalog,
    store,
    runtime,
    databaseUrl,
    seeded,
    whole,
    subset,
    merged,
    async close() {
      await host.close();
      await runtime.close();
      await catalog.close();
      await store.close();
      await database.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}
