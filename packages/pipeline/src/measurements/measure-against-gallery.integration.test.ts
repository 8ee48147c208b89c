import { randomUUID } from 'node:crypto';

import { encodeNpy } from '@colloid/formats';
import { measureLeakage } from '@colloid/sampler';
import { contentKey, putContent } from '@colloid/storage';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { catalogActivities } from '../activities/catalog-activities.ts';
import { leakage } from '../releases/checks/leakage.ts';
import { putPeople } from '../sets/people.ts';
import {
  E,
  flat,
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
    const samples = await samplesOf(world, world.merged);
    const [somebody] = samples.filter(({ run }) => run === 2).slice(10);
    if (somebody === undefined) throw new Error('Run 2 has no samples.');
    const rows = new Float32Array(3 * E);
    rows[0] = -1;
    rows[E + 1] = -1;
    rows.set(somebody.embedding, 2 * E);
    const gallery = await galleryOf(rows);
    const { metrics, ...row } = await world.measured(world.merged, [gallery.id]);
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
    const samples = await samplesOf(world, world.whole);
    const [one, other] = [samples[4], samples[60]];
    if (one === undefined || other === undefined) throw new Error('There are too few samples.');
    const embeddings = flat([one.embedding, other.embedding, one.embedding]);
    const gallery = await galleryOf(embeddings);
    const labels = Int32Array.from([1, 0, 1]);
    await world.catalog.prisma.gallery.update({
      where: { id: gallery.id },
      data: await putPeople(world.store, { names: ['ann', 'bob'], rows: labels }),
    });
    const { metrics } = await world.measured(world.whole, [gallery.id]);
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
    expect(await world.measured(world.whole, [gallery.id])).toMatchObject({
      state: 'FAILED',
      failure: `The content of the gallery people@${gallery.version} is not in the object store; restore it from a backup, or register it again.`,
    });
    await world.store.put(contentKey(gallery.digest ?? ''), content);
    expect(await world.measured(world.whole, [gallery.id])).toMatchObject({
      state: 'DONE',
      failure: null,
    });
    expect(world.faults).toEqual([]);
  });
});
