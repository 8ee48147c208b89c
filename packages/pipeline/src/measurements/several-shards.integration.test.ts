/** @file Versions of imports in which identities have more images than a shard holds: they are measured as any others. */

import type { DatasetVersion } from '@colloid/catalog';
import { makeTar } from '@colloid/formats/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { folderOf, type ImportWorld, openImportWorld } from '../testing/import-world.ts';
import { measureVersion } from './measure-version.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let world: ImportWorld;
let imported: DatasetVersion;
beforeAll(async () => {
  world = await openImportWorld();
  // Three shards of bob alone, and ann and cid, who share none with him.
  const folder = await makeTar(folderOf({ ann: 3, bob: 2100, cid: 2 }));
  const { recogniserVersionId } = world;
  const datasetId = await world.openDataset();
  const run = await world.queueImport([folder], { recogniserVersionId, datasetId });
  await world.execute(run.id);
  imported = await world.versionOf(run.id);
});
afterAll(() => world.close());

/** Metrics as a measurement of their own finds them. */
async function measured({ id: versionId }: DatasetVersion): Promise<object> {
  const { catalog, store, runtime, seeded } = world;
  const { actor } = seeded;
  const ids: string[] = [];
  await catalog.measurements.measureVersion(
    { actor, versionId, galleryIds: [] },
    async (_tx, id) => {
      ids.push(id);
    },
  );
  const { signal } = new AbortController();
  const onFault = (error: unknown): never => {
    throw error;
  };
  for (const measurementId of ids) {
    await measureVersion({ catalog, store, runtime, measurementId, signal, onFault });
  }
  const row = await catalog.prisma.measurement.findFirstOrThrow({ where: { versionId } });
  expect(row).toMatchObject({ state: 'DONE', failure: null });
  return Object(row.metrics) as object;
}

function subsetOf(query: object): Promise<DatasetVersion> {
  const { catalog, seeded } = world;
  const from = { versionId: imported.id, query };
  return catalog.subsets.materialiseSubset({ actor: seeded.actor, from });
}

/** Without the numbers of runs, which only a measurement of its own writes. */
const withoutRuns = (metrics: unknown): object =>
  JSON.parse(
    JSON.stringify(metrics, (key, value: unknown) =>
      key === 'runA' || key === 'runB' ? undefined : value,
    ),
  ) as object;

/** Of every image that the version selects: its shard, identity and number. */
async function imagesOf({ id }: DatasetVersion) {
  const { contents: service } = world.catalog;
  const contents = await service.loadContents(id);
  const found = [];
  for (const { runId } of contents?.parts ?? []) {
    if (contents === null) continue;
    const column = 'latentShard';
    for (const share of await service.sharesOf({ contents, runId, column })) {
      const samples = await service.samplesOf({ contents, runId, column, share });
      for (const { identityOrdinal: identity, ordinal } of samples) {
        found.push({ shard: share.ordinal, identity, ordinal });
      }
    }
  }
  return found;
}

test('a selection of everything has the metrics of its import, number for number', async () => {
  const ofBob = (await imagesOf(imported)).filter(({ identity }) => identity === 1);
  expect(new Set(ofBob.map(({ shard }) => shard)).size).toBeGreaterThan(2);
  const { leakage: _none, ...own } = Object(imported.metrics) as { leakage: unknown };
  expect(withoutRuns(await measured(await subsetOf({})))).toEqual(own);
});

test('a selection has every pair of its images counted once, wherever they lie', async () => {
  const selected = await subsetOf({ limit: 1500, seed: 3 });
  const variations = (await imagesOf(selected)).filter(({ ordinal }) => ordinal > 0);
  const counts = [...Map.groupBy(variations, ({ identity }) => identity).values()].map(
    ({ length }) => length,
  );
  const metrics = (await measured(selected)) as {
    readonly verification: { readonly genuine: number };
    readonly histograms: { readonly intraPairs: { readonly counts: number[] } };
  };
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  expect(Math.max(...counts)).toBeGreaterThan(1000);
  expect(metrics.verification.genuine).toBe(sum(counts));
  // Each with the others and with the reference.
  expect(sum(metrics.histograms.intraPairs.counts)).toBe(
    sum(counts.map((count) => (count * (count + 1)) / 2)),
  );
});
