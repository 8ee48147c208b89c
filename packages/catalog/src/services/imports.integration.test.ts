/** @file Imports on a real database: what is reserved when, what is on record, and what a version of one is. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IdentityBudget, Run } from '../generated/client.ts';
import {
  makeTeam,
  openTestCatalog,
  startImport,
  startRun,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';
import { usersOf } from './model-changes.ts';

let open: TestCatalog;
let world: TestTeam;
beforeAll(async () => {
  open = await openTestCatalog();
  world = await makeTeam(open.catalog, 'imports');
  await open.catalog.budgets.setIdentityBudget({
    actor: world.owner,
    scope: { datasetId: world.dataset.id },
    maxIdentities: 8,
    maxSamples: 20,
    minSeparation: 0.5,
  });
});
afterAll(() => open.close());

async function budget(): Promise<IdentityBudget> {
  const [found] = await open.catalog.budgets.budgetsOfDatasets({
    actor: world.owner,
    datasetIds: [world.dataset.id],
  });
  if (found === null || found === undefined) throw new Error('The budget is gone.');
  return found;
}

const begin = (run: Run) =>
  open.catalog.execution.beginRun({ runId: run.id, provider: 'cpu', machine: 'test' });

/** Two identities, of two samples and one, without embeddings. */
async function record(runId: string): Promise<void> {
  const { rows } = open.catalog;
  const shard = {
    kind: 'IMAGES',
    ordinal: 0,
    digest: 'a'.repeat(64),
    objectKey: 'blobs/a',
  } as const;
  await rows.insertShards({ runId, shards: [{ ...shard, sizeBytes: 4096n, count: 3 }] });
  const unmeasured = { nearestOrdinal: null, nearestDistance: null, intraDistance: null };
  await rows.insertIdentities({
    runId,
    identities: [
      { ordinal: 0, ...unmeasured },
      { ordinal: 1, ...unmeasured },
    ],
  });
  const places = [
    [0, 0],
    [0, 1],
    [1, 0],
  ] as const;
  await rows.insertSamples({
    runId,
    samples: places.map(([identityOrdinal, ordinal], row) => ({
      identityOrdinal,
      ordinal,
      kind: ordinal === 0 ? ('REFERENCE' as const) : ('VARIATION' as const),
      imageShard: 0,
      imageOffset: BigInt(512 + row * 1024),
      imageLength: 100,
      latentShard: 0,
      latentRow: row,
      distanceToReference: null,
      quality: null,
    })),
  });
}

describe('an import', () => {
  test('reserves once its source is read, once, and settles by what it made', async () => {
    const { execution, versions } = open.catalog;
    const run = await startImport(open.catalog, world, { licence: 'CC-BY-4.0' });
    expect(run).toMatchObject({ kind: 'IMPORT', recipeId: null, identityCount: 0 });
    expect(await budget()).toMatchObject({ reservedIdentities: 0 });
    const begun = await begin(run);
    expect(begun).toMatchObject({
      recipe: null,
      imported: { name: 'faces', licence: 'CC-BY-4.0' },
    });
    const plan = { runId: run.id, identities: 2, samples: 3, samplesPerIdentity: 2 };
    await execution.planImport(plan);
    await execution.planImport(plan);
    expect(await budget()).toMatchObject({ reservedIdentities: 2, reservedSamples: 3 });
    await record(run.id);
    const version = await versions.commitVersion({ runId: run.id, metrics: {} });
    expect(version).toMatchObject({ origin: 'IMPORT', identityCount: 2, sampleCount: 3 });
    expect((await versions.commitVersion({ runId: run.id, metrics: {} })).id).toBe(version.id);
    expect(await budget()).toMatchObject({
      usedIdentities: 2,
      usedSamples: 3,
      reservedIdentities: 0,
      reservedSamples: 0,
    });
  });

  test('that does not fit is refused with the numbers, and has reserved nothing', async () => {
    const run = await startImport(open.catalog, world);
    await begin(run);
    const before = await budget();
    await expect(
      open.catalog.execution.planImport({
        runId: run.id,
        identities: 9,
        samples: 9,
        samplesPerIdentity: 1,
      }),
    ).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      message: expect.stringMatching(/this run needs 9; import less, or ask/) as string,
    });
    expect(await budget()).toMatchObject({ reservedIdentities: before.reservedIdentities });
  });

  test('lists samples without distances last and pages through them both ways', async () => {
    const { samples, versions } = open.catalog;
    const run = await startImport(open.catalog, world);
    await begin(run);
    const plan = { runId: run.id, identities: 2, samples: 3, samplesPerIdentity: 2 };
    await open.catalog.execution.planImport(plan);
    await record(run.id);
    const { id: versionId } = await versions.commitVersion({ runId: run.id, metrics: {} });
    const actor = world.owner;
    const orderBy = 'DISTANCE_TO_REFERENCE';
    const list = { actor, versionId, orderBy } as const;
    const first = await samples.listSamples({ ...list, page: { first: 2 } });
    expect(
      first.edges.map(({ node: { identityOrdinal, ordinal } }) => [identityOrdinal, ordinal]),
    ).toEqual([
      [0, 0],
      [0, 1],
    ]);
    const after = first.endCursor ?? '';
    const rest = await samples.listSamples({ ...list, page: { first: 2, after } });
    expect(rest.edges).toMatchObject([{ node: { identityOrdinal: 1, distanceToReference: null } }]);
    const facets = await samples.facetsOf({ actor, versionId });
    expect(facets).toMatchObject({ sampleCount: 3, identityCount: 2 });
    expect(facets.distanceToReference.counts.every((count) => count === 0)).toBe(true);
  });

  test('says for ever where the images came from', async () => {
    const run = await startImport(open.catalog, world);
    const change = open.catalog.prisma.runImport.update({
      where: { runId: run.id },
      data: { licence: 'MIT' },
    });
    await expect(change).rejects.toThrow(/never changes/);
    const [found] = await open.catalog.runs.importsOfRuns({
      actor: world.owner,
      runIds: [run.id],
    });
    expect(found).toMatchObject({ licence: null, isSynthetic: true, source: 'FOLDER' });
  });

  test('with the same key again is the same run, and another source is a conflict', async () => {
    const idempotencyKey = 'once';
    const run = await startImport(open.catalog, world, { idempotencyKey });
    expect((await startImport(open.catalog, world, { idempotencyKey })).id).toBe(run.id);
    const other = startImport(open.catalog, world, { idempotencyKey, source: 'WEBDATASET' });
    await expect(other).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('names its input where something is wrong with it', async () => {
    const cases = [
      [{ name: ' ' }, 'name'],
      [{ files: [] }, 'uploads'],
      [{ interClassThreshold: 4 }, 'interClassThreshold'],
      [{ recogniserVersionId: world.recipe.generatorVersionId }, 'recogniserVersionId'],
    ] as const;
    for (const [options, field] of cases) {
      await expect(startImport(open.catalog, world, options)).rejects.toMatchObject({
        code: 'INVALID',
        path: [field],
      });
    }
  });

  test('is no run of a recipe, and a run of a recipe is no import, by the database', async () => {
    const imported = await startImport(open.catalog, world);
    const sampled = await startRun(open.catalog, world);
    const { run } = open.catalog.prisma;
    const check = /run_recipe_unless_import/;
    await expect(
      run.update({
        where: { id: imported.id },
        data: { kind: 'SAMPLING', identityCount: 1, samplesPerIdentity: 1 },
      }),
    ).rejects.toThrow(check);
    await expect(
      run.update({ where: { id: sampled.id }, data: { kind: 'IMPORT' } }),
    ).rejects.toThrow(check);
  });

  test('has its recogniser and its terms in the lineage, and keeps the model from being removed', async () => {
    const { lineage } = open.catalog;
    const actor = world.owner;
    const { recogniserVersionId } = world.recipe;
    const run = await startImport(open.catalog, world, {
      recogniserVersionId,
      licence: 'CC-BY-NC-4.0',
    });
    const graph = await lineage.lineageOf({ actor, start: { kind: 'Run', id: run.id } });
    expect(graph?.edges).toEqual([
      {
        source: { kind: 'ModelVersion', id: recogniserVersionId },
        target: { kind: 'Run', id: run.id },
        relation: 'RECOGNISER',
      },
    ]);
    const { licences } = await lineage.licencesOf({ actor, start: { kind: 'Run', id: run.id } });
    expect(licences).toContainEqual({
      licence: 'CC-BY-NC-4.0',
      sources: [{ kind: 'Run', id: run.id }],
    });
    await begin(run);
    const events = await lineage.openLineageOf({ actor, start: { kind: 'Run', id: run.id } });
    expect(JSON.stringify(events)).toContain(`datasets/${world.dataset.slug}/import`);
    const users = await usersOf(open.catalog.prisma, { id: recogniserVersionId });
    expect(users.at(-1)).toBe('an import');
  });
});
