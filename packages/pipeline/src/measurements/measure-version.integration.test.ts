import type { DatasetVersion, Measurement } from '@colloid/catalog';
import { angleBetween } from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import {
  E,
  measuredDirectly,
  type MeasuredWorld,
  openMeasuredWorld,
  samplesOf,
} from '../testing/measured-world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let world: MeasuredWorld;
beforeAll(async () => {
  world = await openMeasuredWorld();
});
afterAll(() => world.close());

/** The nearest other identity of each that was written, against all angles between the version's references, of whichever run. */
async function expectNearest(version: DatasetVersion): Promise<void> {
  const { catalog, seeded } = world;
  const identities = [
    ...Map.groupBy(
      await samplesOf(world, version),
      ({ run, identity }) => `${run} ${identity}`,
    ).values(),
  ].flatMap(([first]) => first ?? []);
  const runs = await catalog.prisma.run.findMany();
  const idOf = (number: number) => runs.find((run) => run.number === number)?.id ?? '';
  const keys = identities.map(({ run, identity }) => ({
    versionId: version.id,
    runId: idOf(run),
    ordinal: identity,
  }));
  const found = await catalog.samples.nearestInVersions({ actor: seeded.actor, keys });
  const others = new Set<boolean>();
  for (const [index, one] of identities.entries()) {
    const angles = identities.map((other) =>
      other === one
        ? Number.POSITIVE_INFINITY
        : angleBetween({
            a: one.reference.embedding,
            i: 0,
            b: other.reference.embedding,
            j: 0,
            dim: E,
          }),
    );
    const nearest = found[index];
    const place = keys.findIndex(
      ({ runId, ordinal }) => runId === nearest?.nearestRunId && ordinal === nearest.nearestOrdinal,
    );
    // Sums of float32 products: the one that was found is as near as the nearest, to 1e-5.
    expect(Math.abs((angles[place] ?? Number.NaN) - Math.min(...angles))).toBeLessThan(1e-5);
    expect(Math.abs((nearest?.distance ?? Number.NaN) - Math.min(...angles))).toBeLessThan(1e-5);
    others.add(nearest?.nearestRunId !== nearest?.runId);
  }
  // Some are nearest to somebody of the other run, which no run by itself can tell.
  expect(others.has(true)).toBe(true);
}

describe('a version alone', () => {
  test('that selects everything has the metrics of its run, number for number', async () => {
    const all = await world.subsetOf(world.whole, {});
    expect(all.digest).toBe(world.whole.digest);
    const row = await world.measured(all);
    const { before: _before, after: _after, leakage: _none, ...own } = Object(world.whole.metrics);
    const withoutRuns = JSON.parse(
      JSON.stringify(row.metrics, (key, value: unknown) =>
        key === 'runA' || key === 'runB' ? undefined : value,
      ),
    ) as object;
    expect(withoutRuns).toEqual(own);
    expect(row).toMatchObject({ state: 'DONE', progress: 1 });
    expect(row.inputsDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('has the figures that the sampler gives for exactly its samples', async () => {
    // Two variations each and no reference; every identity with another number of images; two runs.
    const uneven = await world.subsetOf(world.whole, { limit: 47, seed: 5 });
    for (const version of [world.subset, uneven, world.merged]) {
      expect((await world.measured(version)).metrics).toEqual(
        await measuredDirectly(world, version),
      );
    }
    await expectNearest(world.merged);
    const rows = await samplesOf(world, uneven);
    const perIdentity = Map.groupBy(rows, ({ identity }) => identity);
    expect(new Set([...perIdentity.values()].map(({ length }) => length)).size).toBeGreaterThan(2);
    const metrics = (await rowOf(uneven))?.metrics as {
      readonly identities: number;
      readonly verification: { readonly genuine: number };
      readonly intra: { readonly mean: number };
      readonly histograms: { readonly intraPairs: { readonly counts: number[] } };
    };
    const variations = rows.filter(({ ordinal }) => ordinal > 0);
    expect(metrics.identities).toBe(uneven.identityCount);
    expect(metrics.verification.genuine).toBe(variations.length);
    // Angles are sums of float32 products; a run and a formula in float64 agree to 1e-5.
    const angles = variations.map(({ embedding, reference }) =>
      angleBetween({ a: embedding, i: 0, b: reference.embedding, j: 0, dim: E }),
    );
    const mean = angles.reduce((sum, angle) => sum + angle, 0) / angles.length;
    expect(Math.abs(metrics.intra.mean - mean)).toBeLessThan(1e-5);
    const pairs = [...perIdentity.values()].reduce((sum, images) => {
      const shown = images.filter(({ ordinal }) => ordinal > 0).length + 1;
      return sum + (shown * (shown - 1)) / 2;
    }, 0);
    expect(metrics.histograms.intraPairs.counts.reduce((sum, count) => sum + count, 0)).toBe(pairs);
  });

  test('of references only has no rates, and of one identity is refused with a sentence', async () => {
    const references = await world.subsetOf(world.whole, { where: { kind: 'REFERENCE' } });
    expect((await world.measured(references)).metrics).toMatchObject({
      identities: 30,
      intra: null,
      intraBelowInter: null,
      verification: null,
    });
    const one = await world.subsetOf(world.whole, { maxIdentities: 1 });
    expect(await world.measured(one)).toMatchObject({
      state: 'FAILED',
      failure: expect.stringContaining('holds one identity'),
    });
  });
});

test('killed in the middle and made again it comes out the same, and made twice it changes nothing', async () => {
  const { catalog } = world;
  const version = await world.subsetOf(world.merged, { limit: 100, seed: 8 });
  const [id = ''] = await world.ask(version);
  const killer = new AbortController();
  let reads = 0;
  const dying: ObjectStore = Object.assign(Object.create(world.store) as ObjectStore, {
    get: async (key: string) => {
      reads += 1;
      if (reads === 3) killer.abort();
      return world.store.get(key);
    },
  });
  await expect(world.make(id, { store: dying, signal: killer.signal })).rejects.toThrow();
  expect(await rowOf(version)).toMatchObject({ state: 'RUNNING', metrics: null });
  expect(await world.make(id)).toBe('DONE');
  const row = await rowOf(version);
  expect(row?.metrics).toEqual(await measuredDirectly(world, version));
  expect(await world.make(id)).toBe('NOTHING_TO_DO');
  expect(await world.make('00000000-0000-7000-8000-000000000000')).toBe('NOTHING_TO_DO');
  expect(await rowOf(version)).toEqual(row);
  // The version itself is as it was.
  expect(await catalog.prisma.datasetVersion.findUnique({ where: { id: version.id } })).toEqual(
    version,
  );
});

async function rowOf(version: DatasetVersion): Promise<Measurement | null> {
  return world.catalog.prisma.measurement.findFirst({ where: { versionId: version.id } });
}
