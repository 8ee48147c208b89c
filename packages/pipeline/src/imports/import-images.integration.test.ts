/** @file Imports of folders on a real database, store and recogniser, also of those that are stopped on their way. */

import { inspectImage, readSyntheticMark } from '@colloid/formats';
import { makeTar, type TarContent } from '@colloid/formats/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { face, folderOf, type ImportWorld, openImportWorld } from '../testing/import-world.ts';
import { stoppingCatalog } from '../testing/watched-catalog.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world.close());

describe('a folder', () => {
  test('becomes a version of its images, byte for byte, with the reference first', async () => {
    const entries: TarContent[] = [
      { name: 'bea/', type: 'directory' },
      { name: 'bea/b.png', bytes: face(2) },
      { name: 'bea/reference.png', bytes: face(3) },
      { name: './ada/2.png', bytes: face(1) },
      { name: './ada/1.png', bytes: face(0) },
      { name: 'cyd/only.png', bytes: face(4, 96) },
      { name: 'bea/.hidden.png', bytes: 'not meant' },
    ];
    const run = await world.queueImport([await makeTar(entries)]);
    expect(await world.execute(run.id)).toBe('SUCCEEDED');
    const version = await world.versionOf(run.id);
    expect(version).toMatchObject({
      origin: 'IMPORT',
      identityCount: 3,
      sampleCount: 5,
      metrics: {},
    });
    const images = await world.imagesOf(run.id);
    expect([...images]).toEqual([
      ['0/0', Buffer.from(face(0))],
      ['0/1', Buffer.from(face(1))],
      ['1/0', Buffer.from(face(3))],
      ['1/1', Buffer.from(face(2))],
      ['2/0', Buffer.from(face(4, 96))],
    ]);
    const samples = await world.catalog.prisma.sample.findMany({ where: { runId: run.id } });
    expect(samples.every((sample) => sample.distanceToReference === null)).toBe(true);
    expect(await world.catalog.prisma.run.findUnique({ where: { id: run.id } })).toMatchObject({
      identityCount: 3,
      samplesPerIdentity: 2,
      state: 'SUCCEEDED',
    });
    expect(await world.execute(run.id)).toBe('NOTHING_TO_DO');
  });

  test('is embedded and measured where a recogniser is chosen, one image or many', async () => {
    const tar = await makeTar(folderOf({ ada: 3, bea: 1, cyd: 2 }));
    const run = await world.queueImport([tar], { recogniserVersionId: world.recogniserVersionId });
    expect(await world.execute(run.id)).toBe('SUCCEEDED');
    const { metrics } = await world.versionOf(run.id);
    expect(metrics).toMatchObject({ ict: 1, leakage: [], capacity: {}, verification: {} });
    const identities = await world.catalog.prisma.identity.findMany({
      where: { runId: run.id },
      orderBy: { ordinal: 'asc' },
    });
    expect(identities.map(({ nearestOrdinal }) => nearestOrdinal !== null)).toEqual([
      true,
      true,
      true,
    ]);
    expect(identities.map(({ intraDistance }) => intraDistance === null)).toEqual([
      false,
      true,
      false,
    ]);
    const samples = await world.catalog.prisma.sample.findMany({ where: { runId: run.id } });
    for (const { ordinal, distanceToReference } of samples) {
      expect(distanceToReference === 0).toBe(ordinal === 0);
    }
    const shards = await world.catalog.rows.shardsOfRun(run.id);
    expect(shards.map(({ kind, count }) => [kind, count])).toEqual([
      ['IMAGES', 6],
      ['EMBEDDINGS', 6],
    ]);
  });

  test('of one identity has no neighbour to measure, and says how close its own images are', async () => {
    const run = await world.queueImport([await makeTar(folderOf({ ada: 2 }))], {
      recogniserVersionId: world.recogniserVersionId,
    });
    expect(await world.execute(run.id)).toBe('SUCCEEDED');
    expect((await world.versionOf(run.id)).metrics).toEqual({});
    const [identity] = await world.catalog.prisma.identity.findMany({ where: { runId: run.id } });
    expect(identity).toMatchObject({ nearestOrdinal: null, nearestDistance: null });
    expect(identity?.intraDistance).toBeGreaterThan(0);
  });

  test('of images that a model made has them marked, and nothing else about them changed', async () => {
    const tar = await makeTar(folderOf({ ada: 2 }));
    const run = await world.queueImport([tar], { isSynthetic: true });
    expect(await world.execute(run.id)).toBe('SUCCEEDED');
    for (const [place, bytes] of await world.imagesOf(run.id)) {
      expect(await readSyntheticMark(bytes)).not.toBeNull();
      const before = await inspectImage(face(Number(place.slice(2))));
      expect((await inspectImage(bytes)).pixels).toEqual(before.pixels);
    }
  });
});

describe('an import that is stopped', () => {
  test('goes on where it stood and ends with the digest of one that was not', async () => {
    const recogniser = { recogniserVersionId: world.recogniserVersionId };
    const tar = await makeTar(folderOf({ ada: 60, bea: 30, cyd: 5 }));
    const { activity } = world.catalog.prisma;
    const where = { name: { startsWith: 'import-' } };
    const straight = await world.queueImport([tar], recogniser);
    expect(await world.execute(straight.id)).toBe('SUCCEEDED');
    const { digest } = await world.versionOf(straight.id);
    // Whatever that run remembers would be found again.
    await activity.deleteMany({ where });

    const stopped = await world.queueImport([tar], recogniser);
    for (const stage of ['PREPARE', 'RENDER'] as const) {
      const at = { stage, call: 'activities.recordActivity' } as const;
      const stopping = world.execute(stopped.id, stoppingCatalog(world.catalog, at));
      await expect(stopping).rejects.toThrow(`stopped in ${stage}`);
      expect(await activity.count({ where })).toBeGreaterThan(0);
      expect(await world.catalog.prisma.shard.count({ where: { runId: stopped.id } })).toBe(0);
    }
    expect(await world.execute(stopped.id)).toBe('SUCCEEDED');
    expect((await world.versionOf(stopped.id)).digest).toBe(digest);
    const log = await world.logOf(stopped.id);
    expect(log.filter((line) => line.includes('3 identities with 95 images'))).toHaveLength(1);
  });
});
