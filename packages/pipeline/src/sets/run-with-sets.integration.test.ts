import { randomUUID } from 'node:crypto';

import { encodeNpy, readTarFiles } from '@colloid/formats';
import { parseRecipe } from '@colloid/sampler/recipe';
import { contentKey, putContent } from '@colloid/storage';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import {
  executeRun,
  gallerySource,
  makeGallery,
  namedSets,
  openComputeHost,
  runPlan,
} from '../index.ts';
import type { ComputeHost, RunEnding } from '../index.ts';
import { smallRecipe } from '../testing/index.ts';
import { openSetsWorld, type SetsWorld } from '../testing/sets-world.ts';

// Loading the gradient graphs is most of a small run, and slow where the cores are shared.
vi.setConfig({ testTimeout: 300_000 });

const E = 128;
const IDENTITIES = 3;
const SMALL = smallRecipe({
  identities: IDENTITIES,
  iterations: 2,
  variations: 3,
  variationIterations: 2,
});
const LANGEVIN = SMALL.references.algorithm === 'langevin' ? SMALL.references : null;
const COVARIATES = 'parametric-head-covariates@1';

let world: SetsWorld;
let host: ComputeHost;
beforeAll(async () => {
  world = await openSetsWorld();
  host = openComputeHost(world);
});
afterAll(async () => {
  await host.close();
  await world.close();
});

async function readyGallery(name: string): Promise<string> {
  const { catalog, store, actor, teamId, recogniserVersionId } = world;
  const rows = Float32Array.from({ length: 4 * E }, (_, index) => Math.sin(index * name.length));
  const { digest } = await putContent(store, encodeNpy(rows, [4, E]));
  const source = gallerySource({ 'embeddings.npy': digest });
  const gallery = await catalog.galleries.registerGallery(
    { actor, teamId, name, version: '1', recogniserVersionId, source },
    async () => undefined,
  );
  const signal = new AbortController().signal;
  expect(await makeGallery({ ...world, galleryId: gallery.id, signal })).toBe('READY');
  const row = await catalog.prisma.gallery.findUniqueOrThrow({ where: { id: gallery.id } });
  return row.digest ?? '';
}

async function run(
  change: object,
): Promise<{ readonly runId: string; readonly ending: RunEnding }> {
  const { catalog, actor, teamId, generatorVersionId, recogniserVersionId } = world;
  const recipe = parseRecipe({ ...SMALL, ...change });
  const dataset = await catalog.datasets.createDataset({
    actor,
    teamId,
    slug: `d-${randomUUID()}`,
    title: 'Dataset',
  });
  await catalog.budgets.setIdentityBudget({
    actor,
    scope: { datasetId: dataset.id },
    maxIdentities: 100,
    maxSamples: 1000,
    minSeparation: 0,
  });
  const row = await catalog.recipes.createRecipe({
    actor,
    teamId,
    name: 'recipe',
    definition: JSON.parse(JSON.stringify(recipe)) as Record<string, never>,
    generatorVersionId,
    recogniserVersionId,
    ...namedSets(recipe),
  });
  const { id: runId } = await catalog.runs.createRun(
    { actor, datasetId: dataset.id, recipeId: row.id, plan: runPlan },
    async () => undefined,
  );
  const ending = await executeRun({
    catalog,
    store: world.store,
    host,
    runId,
    jobId: randomUUID(),
    workerId: randomUUID(),
    machine: 'test',
    signal: new AbortController().signal,
    clock: () => performance.now() / 1000,
  });
  return { runId, ending };
}

const samplesOf = (runId: string) =>
  world.catalog.prisma.sample.findMany({
    where: { runId },
    orderBy: [{ identityOrdinal: 'asc' }, { ordinal: 'asc' }],
  });

test('a run keeps its distance from a gallery, starts along covariates, and its samples know how far', async () => {
  await readyGallery('train');
  const references = {
    ...LANGEVIN,
    gallery: 'train@1',
    parameters: { ...LANGEVIN?.parameters, constantDistance: 1.2 },
  };
  const variations = {
    algorithm: 'disco',
    parameters: SMALL.variations?.parameters,
    covariates: COVARIATES,
  };
  const { runId, ending } = await run({ references, variations });
  expect(ending).toBe('SUCCEEDED');
  const samples = await samplesOf(runId);
  expect(samples).toHaveLength(IDENTITIES * 4);
  for (const { ordinal, covariates } of samples) {
    if (ordinal === 0) {
      expect(covariates).toBeNull();
      continue;
    }
    const { label, weights } = covariates as { label: null; weights: Record<string, number> };
    expect(label).toBeNull();
    expect(Object.keys(weights)).toHaveLength(7);
    expect(Math.abs(weights['pose:left/right'] ?? 1)).toBeLessThanOrEqual(0.5);
  }
  // Drawn for each variation anew.
  const poses = samples.flatMap(({ covariates }) => {
    const { weights } = Object(covariates) as { weights?: Record<string, number> };
    return weights === undefined ? [] : [weights['pose:left/right']];
  });
  expect(new Set(poses).size).toBe(IDENTITIES * 3);
});

test('steps along covariates carry their labels', async () => {
  const { runId, ending } = await run({
    references: { algorithm: 'random' },
    variations: {
      algorithm: 'covariates',
      parameters: { poseSteps: 2, illuminationSteps: 0 },
      expressions: ['smile'],
      covariates: COVARIATES,
    },
  });
  expect(ending).toBe('SUCCEEDED');
  const samples = await samplesOf(runId);
  const labels = samples.slice(1, 4).map(({ covariates }) => Object(covariates) as object);
  expect(labels).toMatchObject([
    { label: expect.stringContaining('pose'), weights: { 'pose:left/right': -1 } },
    { label: expect.stringContaining('pose'), weights: { 'pose:left/right': 1 } },
    { label: 'smile', weights: { 'expression:neutral/smile': 1 } },
  ]);
  // Whoever has the shards alone reads them there.
  const shard = await world.catalog.prisma.shard.findFirstOrThrow({
    where: { runId, kind: 'IMAGES' },
  });
  const sidecars = [];
  const tar = await world.store.stream(shard.objectKey);
  for await (const { name, bytes } of readTarFiles(tar)) {
    if (name.endsWith('.json'))
      sidecars.push(JSON.parse(new TextDecoder().decode(bytes)) as object);
  }
  expect(sidecars[0]).not.toHaveProperty('label');
  expect(sidecars.slice(1, 4)).toMatchObject(labels);
});

test('a run whose gallery is gone or altered fails with the sentence that says so', async () => {
  const digest = await readyGallery('altered');
  const key = contentKey(digest);
  const content = await world.store.get(key);
  const references = {
    ...LANGEVIN,
    gallery: 'altered@1',
    parameters: { ...LANGEVIN?.parameters, constantDistance: 1 },
  };
  await world.store.put(
    key,
    content.map((byte, index) => (index === 200 ? byte ^ 1 : byte)),
  );
  const altered = await run({ references });
  await world.store.delete(key);
  const gone = await run({ references });
  for (const [{ runId, ending }, sentence] of [
    [altered, 'has SHA-256'],
    [gone, 'The content of the gallery altered@1 is no longer in the object store'],
  ] as const) {
    expect(ending).toBe('FAILED');
    const row = await world.catalog.execution.loadRun(runId);
    expect(row?.failure).toContain(sentence);
  }
});
