import { randomUUID } from 'node:crypto';

import type { DatasetVersion, Measurement } from '@colloid/catalog';
import { decodeNpy, encodeNpy } from '@colloid/formats';
import { angleBetween, measure, measureLeakage } from '@colloid/sampler';
import { contentKey, getContent, type ObjectStore, putContent } from '@colloid/storage';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { catalogActivities } from '../activities/catalog-activities.ts';
import { leakage } from '../releases/checks/leakage.ts';
import { putPeople } from '../sets/people.ts';
import { openReleaseWorld, type ReleaseWorld } from '../testing/release-world.ts';
import { measureVersion } from './measure-version.ts';
import { metricsOf } from './metrics.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const E = 16;

let world: ReleaseWorld;
const faults: unknown[] = [];
beforeAll(async () => {
  world = await openReleaseWorld();
});
afterAll(() => world.close());

/** Has the version measured, and makes what was asked for. */
async function measured(
  version: DatasetVersion,
  galleryIds: readonly string[] = [],
): Promise<Measurement> {
  const [id = ''] = await ask(version, galleryIds);
  expect(await make(id)).not.toBe('NOTHING_TO_DO');
  return world.catalog.prisma.measurement.findUniqueOrThrow({ where: { id } });
}

async function ask(version: DatasetVersion, galleryIds: readonly string[] = []): Promise<string[]> {
  const queued: string[] = [];
  const { catalog, seeded } = world;
  const input = { actor: seeded.actor, versionId: version.id, galleryIds };
  await catalog.measurements.measureVersion(input, async (_tx, id) => {
    queued.push(id);
  });
  return queued;
}

function make(
  measurementId: string,
  { store = world.store, signal = new AbortController().signal } = {},
) {
  const { catalog, runtime } = world;
  const onFault = (error: unknown): void => {
    faults.push(error);
  };
  return measureVersion({ catalog, store, runtime, measurementId, signal, onFault });
}

function subsetOf({ id: versionId }: DatasetVersion, query: object): Promise<DatasetVersion> {
  const { catalog, seeded } = world;
  return catalog.subsets.materialiseSubset({
    actor: seeded.actor,
    from: { versionId, query },
  });
}

/** Every sample of a version with its embedding and latent, read row by row. */
async function samplesOf(version: DatasetVersion) {
  const { catalog, store, seeded } = world;
  const contents = await catalog.contents.loadContents(version.id);
  const found = [];
  for (const part of contents?.parts ?? []) {
    const { shards } = part;
    const arrays = new Map<string, Float32Array>();
    for (const { kind, ordinal, digest } of shards) {
      if (kind === 'IMAGES') continue;
      arrays.set(`${kind} ${ordinal}`, decodeNpy(await getContent(store, digest)).data as never);
    }
    const rows = await catalog.samples.listSamples({
      actor: seeded.actor,
      versionId: version.id,
      query: {},
      page: { first: 500 },
    });
    const references = await catalog.prisma.sample.findMany({
      where: { runId: part.runId, ordinal: 0 },
    });
    const rowOf = (kind: string, shard: number, row: number) => {
      const data = arrays.get(`${kind} ${shard}`) ?? new Float32Array();
      const width = data.length / (shards.find((each) => each.kind === kind)?.count ?? 1);
      return data.subarray(row * width, (row + 1) * width);
    };
    for (const { node: sample } of rows.edges) {
      if (sample.runId !== part.runId) continue;
      const { identityOrdinal: identity, ordinal, latentShard, latentRow } = sample;
      const reference = references.find((each) => each.identityOrdinal === identity);
      if (reference === undefined) throw new Error(`Identity ${identity} has no reference.`);
      const at = (kind: string) => rowOf(kind, latentShard, latentRow);
      const atReference = (kind: string) => rowOf(kind, reference.latentShard, reference.latentRow);
      found.push({
        run: part.number,
        identity,
        ordinal,
        theta: sample.distanceToReference,
        embedding: at('EMBEDDINGS'),
        latent: at('LATENTS'),
        reference: { embedding: atReference('EMBEDDINGS'), latent: atReference('LATENTS') },
      });
    }
  }
  return found;
}

/** The nearest other identity of each that was written, against all angles between the version's references, of whichever run. */
async function expectNearest(version: DatasetVersion): Promise<void> {
  const { catalog, seeded } = world;
  const identities = [
    ...Map.groupBy(await samplesOf(version), ({ run, identity }) => `${run} ${identity}`).values(),
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

const flat = (rows: readonly Float32Array[]) =>
  Float32Array.from(rows.flatMap((row) => Array.from(row)));

/** What the sampler says of those samples when it is given them directly, identity by identity. */
async function direct(version: DatasetVersion) {
  const samples = await samplesOf(version);
  const identities = [
    ...Map.groupBy(samples, ({ run, identity }) => `${run} ${identity}`).values(),
  ];
  const owners = identities.map(([first]) => ({
    run: first?.run ?? 0,
    identity: first?.identity ?? 0,
  }));
  const references = identities.flatMap(([first]) => (first === undefined ? [] : first.reference));
  const measures = await measure(world.runtime, {
    references: {
      embeddings: flat(references.map(({ embedding }) => embedding)),
      latents: flat(references.map(({ latent }) => latent)),
    },
    variations: (async function* () {
      for (const [firstIdentity, ofIdentity] of identities.entries()) {
        const variations = ofIdentity.filter(({ ordinal }) => ordinal > 0);
        yield {
          firstIdentity,
          variations: variations.length,
          theta: Float32Array.from(variations, ({ theta }) => theta ?? Number.NaN),
          embeddings: flat(variations.map(({ embedding }) => embedding)),
          latents: flat(variations.map(({ latent }) => latent)),
        };
      }
    })(),
    ict: 1,
    embeddingDim: E,
    seed: 1,
  });
  const ownerOf = (row: number) => owners[row] ?? { identity: -1 };
  return JSON.parse(JSON.stringify(metricsOf(measures, { ict: 1, ownerOf }))) as object;
}

describe('a version alone', () => {
  test('that selects everything has the metrics of its run, number for number', async () => {
    const all = await subsetOf(world.whole, {});
    expect(all.digest).toBe(world.whole.digest);
    const row = await measured(all);
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
    const uneven = await subsetOf(world.whole, { limit: 47, seed: 5 });
    for (const version of [world.subset, uneven, world.merged]) {
      expect((await measured(version)).metrics).toEqual(await direct(version));
    }
    await expectNearest(world.merged);
    const rows = await samplesOf(uneven);
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
    const references = await subsetOf(world.whole, { where: { kind: 'REFERENCE' } });
    expect((await measured(references)).metrics).toMatchObject({
      identities: 30,
      intra: null,
      intraBelowInter: null,
      verification: null,
    });
    const one = await subsetOf(world.whole, { maxIdentities: 1 });
    expect(await measured(one)).toMatchObject({
      state: 'FAILED',
      failure: expect.stringContaining('holds one identity'),
    });
  });
});

describe('a version against a gallery', () => {
  const galleryOf = async (rows: Float32Array) => {
    const { catalog, store, seeded } = world;
    const models = await catalog.models.listModelVersions(seeded);
    const { digest, key } = await putContent(store, encodeNpy(rows, [rows.length / E, E]));
    return catalog.prisma.gallery.create({
      data: {
        teamId: seeded.teamId,
        name: 'people',
        version: randomUUID().slice(0, 8),
        recogniserVersionId: models.find(({ kind }) => kind === 'RECOGNISER')?.id ?? '',
        state: 'READY',
        source: {},
        digest,
        objectKey: key,
        count: rows.length / E,
      },
    });
  };

  test('lists who is found by run, identity and sample, and a check of a release computes nothing again', async () => {
    const samples = await samplesOf(world.merged);
    const [somebody] = samples.filter(({ run }) => run === 2).slice(10);
    if (somebody === undefined) throw new Error('Run 2 has no samples.');
    const rows = new Float32Array(3 * E);
    rows[0] = -1;
    rows[E + 1] = -1;
    rows.set(somebody.embedding, 2 * E);
    const gallery = await galleryOf(rows);
    const { metrics, ...row } = await measured(world.merged, [gallery.id]);
    expect(row).toMatchObject({ state: 'DONE', galleryId: gallery.id });
    const { run, identity, ordinal: sample } = somebody;
    const found = metrics as {
      readonly toSamples: { readonly under: { readonly listed: object[] } };
    };
    expect(found.toSamples.under.listed[0]).toEqual({ run, identity, sample, row: 2, theta: 0 });
    const plain = await measureLeakage(world.runtime, {
      gallery: {
        name: `people@${gallery.version}`,
        digest: gallery.digest ?? '',
        embeddings: rows,
      },
      recogniser: 'tiny-recogniser@1',
      embeddingDim: E,
      samples: () => [flat(samples.map(({ embedding }) => embedding))],
      threshold: 0.5,
    });
    const { under, ...figures } = plain.toSamples;
    expect(metrics).toMatchObject({
      samples: world.merged.sampleCount,
      toSamples: {
        ...(JSON.parse(JSON.stringify(figures)) as object),
        under: { threshold: 0.5, count: under.count },
      },
    });

    const { catalog, store, runtime } = world;
    const activities = () => catalog.prisma.activity.count({ where: { name: 'leakage' } });
    const before = await activities();
    const version = await catalog.contents.loadContents(world.merged.id);
    if (version === null) throw new Error('The version is gone.');
    const outcome = await leakage({
      store,
      runtime,
      version,
      contents: catalog.contents,
      activities: catalogActivities(catalog.activities),
      report: () => undefined,
      release: {
        title: '',
        semanticVersion: '1.0.0',
        notes: '',
        dataset: 'team/dataset',
        terms: { licence: 'CC-BY-4.0', text: '' },
        datasheet: [],
        galleries: await catalog.contents.galleriesWithRecognisers([gallery.id]),
      },
      signal: new AbortController().signal,
    });
    const [seen] = outcome.evidence['galleries'] as {
      readonly found: { readonly under: number; readonly closest: readonly object[] };
    }[];
    expect(seen?.found.under).toBe(under.count);
    expect(seen?.found.closest[0]).toEqual({ of: { run, identity, sample }, row: 2, theta: 0 });
    expect(await activities()).toBe(before);
  });

  test('that names its people is compared with the mean of each, under their names', async () => {
    const samples = await samplesOf(world.whole);
    const [one, other] = [samples[4], samples[60]];
    if (one === undefined || other === undefined) throw new Error('There are too few samples.');
    const embeddings = flat([one.embedding, other.embedding, one.embedding]);
    const gallery = await galleryOf(embeddings);
    const labels = Int32Array.from([1, 0, 1]);
    await world.catalog.prisma.gallery.update({
      where: { id: gallery.id },
      data: await putPeople(world.store, { names: ['ann', 'bob'], rows: labels }),
    });
    const { metrics } = await measured(world.whole, [gallery.id]);
    const plain = await measureLeakage(world.runtime, {
      gallery: { name: 'x', digest: 'x', embeddings, labels },
      recogniser: 'tiny-recogniser@1',
      embeddingDim: E,
      samples: () => [flat(samples.map(({ embedding }) => embedding))],
      threshold: 0.5,
    });
    expect(metrics).toMatchObject({
      gallery: { rows: 3, classes: 2 },
      toCentres: {
        samplesUnder: plain.toCentres?.samplesUnder,
        under: { count: plain.toCentres?.under.count },
      },
    });
    const { toCentres } = metrics as unknown as {
      readonly toCentres: { readonly under: { readonly listed: readonly object[] } };
    };
    const { run, identity, ordinal: sample } = one;
    expect(toCentres.under.listed).toContainEqual(
      expect.objectContaining({ run, identity, sample, row: 1, person: 'bob' }),
    );
  });

  test('fails with the name of what is missing, and goes well when it is there again', async () => {
    const gallery = await galleryOf(new Float32Array(2 * E).fill(0.25));
    const content = await world.store.get(contentKey(gallery.digest ?? ''));
    await world.store.delete(contentKey(gallery.digest ?? ''));
    expect(await measured(world.whole, [gallery.id])).toMatchObject({
      state: 'FAILED',
      failure: `The content of the gallery people@${gallery.version} is not in the object store; restore it from a backup, or register it again.`,
    });
    await world.store.put(contentKey(gallery.digest ?? ''), content);
    expect(await measured(world.whole, [gallery.id])).toMatchObject({
      state: 'DONE',
      failure: null,
    });
    expect(faults).toEqual([]);
  });
});

test('killed in the middle and made again it comes out the same, and made twice it changes nothing', async () => {
  const { catalog } = world;
  const version = await subsetOf(world.merged, { limit: 100, seed: 8 });
  const [id = ''] = await ask(version);
  const killer = new AbortController();
  let reads = 0;
  const dying: ObjectStore = Object.assign(Object.create(world.store) as ObjectStore, {
    get: async (key: string) => {
      reads += 1;
      if (reads === 3) killer.abort();
      return world.store.get(key);
    },
  });
  await expect(make(id, { store: dying, signal: killer.signal })).rejects.toThrow();
  expect(await rowOf(version)).toMatchObject({ state: 'RUNNING', metrics: null });
  expect(await make(id)).toBe('DONE');
  const row = await rowOf(version);
  expect(row?.metrics).toEqual(await direct(version));
  expect(await make(id)).toBe('NOTHING_TO_DO');
  expect(await make('00000000-0000-7000-8000-000000000000')).toBe('NOTHING_TO_DO');
  expect(await rowOf(version)).toEqual(row);
  // The version itself is as it was.
  expect(await catalog.prisma.datasetVersion.findUnique({ where: { id: version.id } })).toEqual(
    version,
  );
});

async function rowOf(version: DatasetVersion): Promise<Measurement | null> {
  return world.catalog.prisma.measurement.findFirst({ where: { versionId: version.id } });
}
