import { randomUUID } from 'node:crypto';

import { decodeImage, readSyntheticMark } from '@colloid/formats';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { branchRefusal } from './branch-refusal.ts';
import { openComputeHost } from './compute-host.ts';
import { runPlan } from './run-plan.ts';
import { helpWithShards } from './shards/help-with-shards.ts';
import { installTinyModels, smallRecipe, type SeededRun, tinyRecipe } from './testing/index.ts';
import { openRunWorld, type RunWorld } from './testing/run-world.ts';
import { stoppingCatalog, watchedCatalog } from './testing/watched-catalog.ts';

// Loading the gradient graphs is most of a small run, and slow where the cores are shared.
vi.setConfig({ testTimeout: 300_000 });

const RECIPE = smallRecipe({ identities: 6, iterations: 4, variations: 3, variationIterations: 3 });
/** Three shards of variations; a state is kept after five iterations. */
const TINY = tinyRecipe({
  identities: 34,
  iterations: 8,
  variations: 2,
  variationIterations: 3,
  checkpointEvery: 5,
});

let world: RunWorld;
let catalog: RunWorld['catalog'];
let store: RunWorld['store'];

beforeAll(async () => {
  world = await openRunWorld();
  ({ catalog, store } = world);
});
afterAll(() => world.close());

const execute: RunWorld['execute'] = (...given) => world.execute(...given);
const seed = (recipe = RECIPE): Promise<SeededRun> => world.seed({ recipe });

test('a run ends with a version whose samples are marked images at the recorded places', async () => {
  const { actor, datasetId, runId } = await seed();
  expect(await execute(runId)).toBe('SUCCEEDED');

  const version = await catalog.versions.versionByNumber({ actor, datasetId, number: 1 });
  expect(version).toMatchObject({ identityCount: 6, sampleCount: 24, origin: 'RUN' });

  const samples = await catalog.prisma.sample.findMany({
    where: { runId },
    orderBy: [{ identityOrdinal: 'asc' }, { ordinal: 'asc' }],
  });
  expect(samples).toHaveLength(24);
  const shard = await catalog.prisma.shard.findFirstOrThrow({ where: { runId, kind: 'IMAGES' } });
  for (const sample of samples) {
    const bytes = await store.getRange(
      shard.objectKey,
      Number(sample.imageOffset),
      sample.imageLength,
    );
    expect((await decodeImage(bytes)).width).toBe(128);
    expect(await readSyntheticMark(bytes)).not.toBeNull();
    expect(sample.kind).toBe(sample.ordinal === 0 ? 'REFERENCE' : 'VARIATION');
    expect(sample.distanceToReference === 0).toBe(sample.ordinal === 0);
  }
  const [budget] = await catalog.budgets.budgetsOfDatasets({ actor, datasetIds: [datasetId] });
  expect(budget).toMatchObject({
    usedIdentities: 6,
    usedSamples: 24,
    reservedIdentities: 0,
    reservedSamples: 0,
  });
  expect(await catalog.prisma.runIteration.count({ where: { runId, stage: 'REFERENCES' } })).toBe(
    5,
  );
  expect(await execute(runId)).toBe('NOTHING_TO_DO');
});

test('a run stopped in every stage goes on where it stood and ends with the digest of one that was not', async () => {
  const straight = await digestOf(async (own, runId) => {
    expect(await own.execute(runId)).toBe('SUCCEEDED');
  });
  const resumed = await digestOf(async (own, runId) => {
    for (const at of [
      // When there is a state to go on from.
      { stage: 'REFERENCES', call: 'execution.recordCheckpoint' },
      // With a shard at hand.
      { stage: 'VARIATIONS', call: 'execution.recordProgress' },
      { stage: 'RENDER', call: 'execution.recordProgress' },
      { stage: 'MEASURE', call: 'activities.findActivity' },
    ] as const) {
      const stopped = own.execute(runId, stoppingCatalog(own.catalog, at));
      await expect(stopped).rejects.toThrow(`stopped in ${at.stage}`);
    }
    expect(await own.execute(runId)).toBe('SUCCEEDED');
    const lines = await own.catalog.prisma.runLogLine.findMany({ where: { runId } });
    const goesOn = 'References go on from iteration 5.';
    expect(lines.filter(({ message }) => message === goesOn)).toHaveLength(1);
  });
  expect(resumed).toBe(straight);
});

test('a worker that was told to stop before it came to a run leaves the run as it is', async () => {
  const { runId } = await seed({ ...RECIPE, seed: 6 });
  const signal = AbortSignal.abort(new Error('told to stop'));
  await expect(execute(runId, { signal })).rejects.toThrow('told to stop');
  expect(await catalog.execution.loadRun(runId)).toMatchObject({ state: 'QUEUED', machine: null });
});

test('a cancelled run keeps nothing of its budget', async () => {
  const { actor, datasetId, runId } = await seed(
    smallRecipe({ identities: 6, iterations: 400, variations: 2, variationIterations: 2 }),
  );
  const running = execute(runId);
  // One that still waits would be ended by the request itself.
  await vi.waitUntil(
    async () => (await catalog.execution.loadRun(runId))?.state === 'RUNNING',
    60_000,
  );
  await catalog.runs.requestCancel({ actor, runId });
  expect(await running).toBe('CANCELLED');
  const [budget] = await catalog.budgets.budgetsOfDatasets({ actor, datasetIds: [datasetId] });
  expect(budget).toMatchObject({ usedIdentities: 0, reservedIdentities: 0, reservedSamples: 0 });
});

test('a run in float16 fails on a CPU with what to do', async () => {
  const { runId } = await seed({ ...RECIPE, seed: 5, precision: 'float16' });
  expect(await execute(runId)).toBe('FAILED');
  const failed = await catalog.execution.loadRun(runId);
  expect(failed?.failure).toMatch(
    /float16 is emulated on a CPU.*choose float32, or a GPU provider/,
  );
});

test('a model file that is gone ends the run with a sentence that names it', async () => {
  const { runId } = await seed({ ...RECIPE, seed: 3 });
  const run = await catalog.execution.loadRun(runId);
  const files = run?.recipe?.generatorVersion.files as Record<string, string>;
  const synthesis = files['synthesis.onnx'] ?? '';
  const bytes = await store.get(`blobs/${synthesis.slice(0, 2)}/${synthesis}`);
  await store.delete(`blobs/${synthesis.slice(0, 2)}/${synthesis}`);
  // A host that has the models open would not miss them.
  const fresh = openComputeHost(world);
  try {
    expect(await execute(runId, { host: fresh })).toBe('FAILED');
    const failed = await catalog.execution.loadRun(runId);
    expect(failed?.failure).toMatch(
      /^The file synthesis\.onnx of parametric-head@.* cannot be read/,
    );
  } finally {
    await fresh.close();
    await store.put(`blobs/${synthesis.slice(0, 2)}/${synthesis}`, bytes);
  }
});

test('a run has the same digest when other workers take its shards', async () => {
  const alone = await digestOf(async (own, runId) => {
    expect(await own.execute(runId)).toBe('SUCCEEDED');
  });
  const together = await digestOf(async (own, runId) => {
    const taken: string[] = [];
    const someTaken = Promise.withResolvers<void>();
    const done = new AbortController();
    const helping = helpWithShards({
      ...own,
      catalog: watchedCatalog(own.catalog, (call) => {
        if (call === 'shards.finishShard') someTaken.resolve();
      }),
      workerId: randomUUID(),
      alone: (work) => work(),
      clock: () => performance.now() / 1000,
      signal: done.signal,
      onFault: someTaken.reject,
      onShard: (shard) => taken.push(`${shard.stage} ${shard.ordinal}`),
    });
    // Whoever has the run takes none of the shards before somebody else has computed one.
    const waiting = watchedCatalog(own.catalog, async (call) => {
      if (call === 'shards.claimShard') await someTaken.promise;
    });
    expect(await own.execute(runId, { catalog: waiting })).toBe('SUCCEEDED');
    done.abort();
    await helping;
    expect(taken[0]).toBe('VARIATIONS 0');
  });
  expect(together).toBe(alone);
});

test('a branch with the same parameters has the bits of its run, and goes on alone with others', async () => {
  const { references } = RECIPE;
  if (references.algorithm !== 'langevin') throw new Error('the preset moves nothing');
  const withParameters = (change: object): typeof RECIPE => ({
    ...RECIPE,
    variations: null,
    references: {
      ...references,
      parameters: { ...references.parameters, checkpointEvery: 2, ...change },
    },
  });
  const { actor, teamId, datasetId, runId } = await seed(withParameters({}));
  expect(await execute(runId)).toBe('SUCCEEDED');
  const kept = await catalog.runDetails.checkpointsOf({ actor, runId });
  expect(kept.map(({ iteration }) => iteration)).toEqual([2, 4]);

  const branch = async (change: object): Promise<{ id: string; latents: string | undefined }> => {
    const source = await catalog.execution.loadRun(runId);
    const recipe = await catalog.recipes.createRecipe({
      actor,
      teamId,
      name: 'branch',
      definition: JSON.parse(JSON.stringify(withParameters(change))) as Record<string, never>,
      generatorVersionId: source?.recipe?.generatorVersionId ?? '',
      recogniserVersionId: source?.recipe?.recogniserVersionId ?? '',
    });
    await catalog.prisma.identityBudget.updateMany({
      where: { datasetId },
      data: { maxIdentities: { increment: 6 }, maxSamples: { increment: 6 } },
    });
    const checkBranch = branchRefusal;
    const wish = { actor, runId, iteration: 2, recipeId: recipe.id, plan: runPlan, checkBranch };
    const { id } = await catalog.runs.branchRun(wish, async () => undefined);
    expect(await execute(id)).toBe('SUCCEEDED');
    return { id, latents: await latentsOf(id) };
  };
  const latentsOf = async (id: string): Promise<string | undefined> =>
    (await catalog.prisma.shard.findFirst({ where: { runId: id, kind: 'LATENTS' } }))?.digest;

  expect((await branch({})).latents).toBe(await latentsOf(runId));
  const other = await branch({ latentForce: 0.05, iterations: 5 });
  expect(other.latents).not.toBe(await latentsOf(runId));
  // Its own iterations; those before are its parent's, and so is the draw that it is compared with.
  const rows = await catalog.runDetails.iterationsOf({ actor, runId: other.id });
  expect(rows.map(({ iteration }) => iteration)).toEqual([2, 3, 4, 5]);
  const [before, own] = await catalog.runs.runsByIds({ actor, ids: [runId, other.id] });
  expect(own?.summary).toMatchObject({
    before: (before?.summary as { before?: object } | null | undefined)?.before,
  });
});

test('a run whose generator is saturated fails with its sentence and keeps what was placed', async () => {
  const { actor, runId } = await seed({
    ...RECIPE,
    references: {
      algorithm: 'reject',
      parameters: { interClassThreshold: 2.5, triesPerIdentity: 10 },
    },
  });
  expect(await execute(runId)).toBe('FAILED');
  const [run] = await catalog.runs.runsByIds({ actor, ids: [runId] });
  expect(run?.failure).toMatch(/saturated at an ICT of 2\.5 rad.*interClassThreshold/);
  const partial = run?.partial as { identities: number; latents: { key: string } };
  expect(partial.identities).toBeGreaterThan(0);
  expect(partial.identities).toBeLessThan(6);
  expect(await store.stat(partial.latents.key)).not.toBeNull();
  expect(await catalog.runDetails.previewsOf({ actor, runId })).not.toEqual([]);
  expect(await catalog.runDetails.iterationsOf({ actor, runId })).not.toEqual([]);
});

test('a run that comes to rest says so and leaves out the iterations that are left', async () => {
  const { actor, runId } = await seed({
    ...RECIPE,
    references: {
      algorithm: 'langevin',
      gallery: null,
      parameters: parametersOf({ repulsionRadius: 0.5, interClassThreshold: 0.5 }),
    },
    variations: null,
  });
  expect(await execute(runId)).toBe('SUCCEEDED');
  expect(await catalog.runDetails.iterationsOf({ actor, runId })).toHaveLength(1);
  const lines = await catalog.prisma.runLogLine.findMany({ where: { runId } });
  expect(lines.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^References are at rest after 0 iterations/),
  );
});

/** Those of the small recipe with others in their place. */
function parametersOf(others: object) {
  const { references } = RECIPE;
  if (references.algorithm !== 'langevin') throw new Error('the small recipe has no Langevin');
  return { ...references.parameters, ...others };
}

/** Drives a run of the tests’ pair where nothing is remembered. Returns the digest of its version. */
async function digestOf(drive: (own: RunWorld, runId: string) => Promise<void>): Promise<string> {
  const own = await openRunWorld();
  try {
    const seeded = await own.seed({ recipe: TINY, installModels: installTinyModels });
    const { actor, datasetId, runId } = seeded;
    await drive(own, runId);
    const version = await own.catalog.versions.versionByNumber({ actor, datasetId, number: 1 });
    if (version === null) throw new Error('the run made no version');
    return version.digest;
  } finally {
    await own.close();
  }
}
