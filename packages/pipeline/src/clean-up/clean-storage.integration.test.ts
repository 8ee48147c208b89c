/** @file Cleaning a real store beside real runs: what is referred to stays, what is not goes, and nobody who works is harmed. */

import { randomUUID } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { getContent, type ObjectStore, openObjectStore, putContent } from '@colloid/storage';
import { describeWithMinio } from '@colloid/storage/testing/vitest';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { type CheckpointRecord, readCheckpoint } from '../activities/checkpoint.ts';
import { packVersion } from '../releases/pack-version.ts';
import { PackingReader } from '../releases/packing.ts';
import { runPlan } from '../run-plan.ts';
import { installTinyModels, type SeededRun, tinyRecipe } from '../testing/index.ts';
import { openRunWorld, type RunWorld } from '../testing/run-world.ts';
import { cleanStorage } from './clean-storage.ts';
import { keepHouse } from './keep-house.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const signal = new AbortController().signal;
const MONTH_MS = 30 * 24 * 3600 * 1000;
/** A month from now everything that lies there is old. */
const later = () => Date.now() + MONTH_MS;
const RECIPE = tinyRecipe({
  identities: 12,
  iterations: 120,
  variations: 2,
  variationIterations: 5,
});

let world: RunWorld;
let catalog: RunWorld['catalog'];
let store: ObjectStore;
let seeded: SeededRun;

beforeAll(async () => {
  world = await openRunWorld({ threads: 1 });
  ({ catalog, store } = world);
  seeded = await seed();
  await world.execute(seeded.runId);
});
afterAll(() => world.close());

const seed = () => world.seed({ recipe: RECIPE, installModels: installTinyModels });
const orphan = async (text: string, into = store) =>
  putContent(into, new TextEncoder().encode(`${text} ${randomUUID()}`));
const keysOf = async (prefix: string) => {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
};

/** Reads everything that the run's rows name, by its digest. Returns how much that was. */
async function readAll({ runId, teamId }: SeededRun): Promise<number> {
  const { prisma } = catalog;
  const shards = await prisma.shard.findMany({ where: { runId } });
  for (const { digest } of shards) await getContent(store, digest);
  const models = await prisma.modelVersion.findMany({ where: { teamId } });
  const files = models.flatMap((model) => Object.values(model.files as Record<string, string>));
  for (const digest of files) await getContent(store, digest);
  const previews = await prisma.runPreview.findMany({ where: { runId } });
  for (const { objectKey } of previews) await store.get(objectKey);
  const checkpoints = await prisma.runCheckpoint.findMany({ where: { runId } });
  for (const { record } of checkpoints) await readCheckpoint(store, record as CheckpointRecord);
  return shards.length + files.length + previews.length + checkpoints.length;
}

async function runAgain(): Promise<string> {
  const { actor, datasetId, runId } = seeded;
  await catalog.budgets.setIdentityBudget({
    actor,
    scope: { datasetId },
    maxIdentities: 10_000,
    maxSamples: 100_000,
    minSeparation: 0.1,
  });
  const { id: recipeId } = await catalog.prisma.recipe.findFirstOrThrow({
    where: { runs: { some: { id: runId } } },
  });
  const input = { actor, datasetId, recipeId, plan: runPlan };
  return (await catalog.runs.createRun(input, async () => undefined)).id;
}

describe('a clean-up of a folder', () => {
  test('first tells what would go, and leaves it', async () => {
    const { key, sizeBytes } = await orphan('told of');
    const told = await cleanStorage({ catalog, store, now: later, isDryRun: true, signal });
    expect(told.removed).toBeGreaterThanOrEqual(1);
    expect(told.removedBytes).toBeGreaterThanOrEqual(sizeBytes);
    expect(told.activities).toBeGreaterThan(0);
    expect(await store.stat(key)).not.toBeNull();
    const done = await cleanStorage({ catalog, store, now: later, signal });
    expect({ ...done, isDryRun: true, cutoff: told.cutoff }).toEqual(told);
    expect(await store.stat(key)).toBeNull();
    expect(await catalog.prisma.cleanUp.count()).toBe(0);
    const again = await cleanStorage({ catalog, store, now: later, signal });
    expect(again).toMatchObject({ removed: 0, removedBytes: 0, activities: 0 });
  });

  test('keeps all that rows name, and what packing lists name', async () => {
    const { actor, runId } = seeded;
    const [versions] = await catalog.versions.versionsOfRuns({ actor, runIds: [runId] });
    const versionId = versions?.[0]?.id ?? '';
    const version = await catalog.contents.loadContents(versionId);
    if (version === null) throw new Error('The run left no version.');
    const documents = new Map([['README.md', '# Faces that nobody has\n']]);
    const { contents } = catalog;
    const { packing } = await packVersion({ store, contents, version, documents, signal });
    const release = await catalog.releases.createRelease({
      actor,
      versionId,
      semanticVersion: '1.0.0',
      title: 'Faces',
      terms: { licence: 'CC-BY-4.0' },
      datasheet: [],
    });
    await catalog.prisma.releaseCheck.create({
      data: {
        releaseId: release.id,
        kind: 'SHARD_INTEGRITY',
        candidateDigest: release.candidateDigest,
        attempt: 1,
        evidence: { packing: packing?.digest ?? '' },
      },
    });
    await cleanStorage({ catalog, store, now: later, signal });
    expect(await readAll(seeded)).toBeGreaterThan(6);
    const reader = new PackingReader(store);
    const list = await reader.packing(packing?.digest ?? '');
    for (const { table } of list.shards) expect(await reader.table(table)).not.toEqual([]);
    for (const { sha256 } of list.documents) await getContent(store, sha256);
  });

  test('leaves what is younger than the grace, and what is no object of ours', async () => {
    const { key } = await orphan('young');
    await store.put('blobs/notes.txt', new TextEncoder().encode('not by its content'));
    expect((await cleanStorage({ catalog, store, now: Date.now, signal })).removed).toBe(0);
    expect(await store.stat(key)).not.toBeNull();
    await cleanStorage({ catalog, store, now: later, signal });
    expect(await store.stat(key)).toBeNull();
    expect(await store.stat('blobs/notes.txt')).not.toBeNull();
    const tooShort = cleanStorage({ catalog, store, now: later, graceDays: 2, signal });
    await expect(tooShort).rejects.toThrow('at least 3 days');
  });

  test('spares content that is stored again in the moment of its removal', async () => {
    const bytes = new TextEncoder().encode(`counted on again ${randomUUID()}`);
    const { key, digest } = await putContent(store, bytes);
    const old = new Date(Date.now() - MONTH_MS);
    await utimes(join(world.folder, key), old, old);
    const [remove, put] = [store.delete.bind(store), store.put.bind(store)];
    const written = Promise.withResolvers<void>();
    let storing: Promise<unknown> | undefined;
    const putting = vi.spyOn(store, 'put').mockImplementation(async (name, ...rest) => {
      const info = await put(name, ...rest);
      if (name === key) written.resolve();
      return info;
    });
    const removing = vi.spyOn(store, 'delete').mockImplementation(async (name) => {
      // The clean-up has looked for the last time; it goes on once the bytes have been written again.
      if (name === key) {
        storing = putContent(store, bytes);
        await written.promise;
      }
      await remove(name);
    });
    try {
      const cleaned = await cleanStorage({ catalog, store, now: Date.now, signal });
      expect(cleaned.removed).toBe(1);
      expect(await storing).toMatchObject({ key });
      expect(await getContent(store, digest)).toEqual(Buffer.from(bytes));
      expect(await keysOf('removals/')).toEqual([]);
    } finally {
      removing.mockRestore();
      putting.mockRestore();
    }
  });

  test('does no harm to runs in progress, however often it is repeated, nor to one that is paused', async () => {
    const runId = await runAgain();
    const { createdAt } = await catalog.prisma.run.findUniqueOrThrow({ where: { id: runId } });
    const running = world.execute(runId);
    let rounds = 0;
    const isOver = running.then(() => true);
    while (!(await Promise.race([isOver, Promise.resolve(false)]))) {
      const { cutoff } = await cleanStorage({ catalog, store, now: later, signal });
      if (cutoff < new Date()) expect(cutoff).toEqual(createdAt);
      rounds += 1;
    }
    expect(await running).toBe('SUCCEEDED');
    expect(rounds).toBeGreaterThan(0);
    await cleanStorage({ catalog, store, now: later, signal });
    expect(await readAll({ ...seeded, runId })).toBeGreaterThan(6);

    const paused = await runAgain();
    await catalog.runs.requestPause({ actor: seeded.actor, runId: paused });
    const { key } = await orphan('written while it is paused');
    await cleanStorage({ catalog, store, now: later, signal });
    expect(await store.stat(key)).not.toBeNull();
    await catalog.runs.requestCancel({ actor: seeded.actor, runId: paused });
  });

  test('takes the files of a team that is gone', async () => {
    const other = await seed();
    const manifest = await orphan('manifest of another');
    await catalog.prisma.modelVersion.updateMany({
      where: { teamId: other.teamId },
      data: { files: { 'model.json': manifest.digest } },
    });
    await catalog.runs.requestCancel({ actor: other.actor, runId: other.runId });
    const options = { catalog, store, graceDays: 7, retentionDays: 90, now: later, signal };
    await keepHouse(options);
    expect(await store.stat(manifest.key)).not.toBeNull();
    await catalog.prisma.team.update({
      where: { id: other.teamId },
      data: { deletedAt: new Date(), purgeAfter: new Date(0) },
    });
    expect((await keepHouse({ ...options, graceDays: 0 })).storage).toBeNull();
    expect(await store.stat(manifest.key)).not.toBeNull();
    await keepHouse(options);
    expect(await store.stat(manifest.key)).toBeNull();
    expect(await readAll(seeded)).toBeGreaterThan(6);
  });

  test('takes the images of a set that is made, which its worker was to delete, and not those of one that waits', async () => {
    const { teamId } = seeded;
    const recogniser = await catalog.prisma.modelVersion.findFirstOrThrow({
      where: { teamId, kind: 'RECOGNISER' },
    });
    const uploaded = await Promise.all(
      (['REFUSED', 'CHECKING'] as const).map(async (state) => {
        const [images, labels] = [await orphan('images'), await orphan('labels')];
        const source = {
          kind: 'IMAGES',
          images: { name: 'faces.zip', digest: images.digest },
          labels: { name: 'people.csv', digest: labels.digest },
        };
        await catalog.prisma.gallery.create({
          data: {
            teamId,
            name: state,
            version: '1',
            recogniserVersionId: recogniser.id,
            source,
            state,
            refusal: state === 'REFUSED' ? 'None of the images could be used.' : null,
          },
        });
        return [images.key, labels.key];
      }),
    );
    await cleanStorage({ catalog, store, now: later, signal });
    const areThere = uploaded.map((keys) =>
      Promise.all(keys.map(async (key) => (await store.stat(key)) !== null)),
    );
    expect(await Promise.all(areThere)).toEqual([
      [false, true],
      [true, true],
    ]);
  });

  test('takes states of stages that no run can branch from', async () => {
    const dead = `checkpoints/${'a'.repeat(64)}/newest.json`;
    await store.put(dead, new TextEncoder().encode('{}'));
    const before = (await keysOf('checkpoints/')).filter((key) => key !== dead);
    await cleanStorage({ catalog, store, now: later, signal });
    expect(await keysOf('checkpoints/')).toEqual(before);
  });
});

describeWithMinio('a clean-up of a bucket', (minio) => {
  test('takes old orphans and keeps what is marked', async () => {
    const { endpoint, accessKey, secretKey } = minio();
    const keys = { endpoint, accessKey, secretKey };
    const bucket = await openObjectStore({
      kind: 's3',
      ...keys,
      bucket: 'clean',
      createBucket: true,
    });
    try {
      const kept = await orphan('kept', bucket);
      await catalog.prisma.modelVersion.updateMany({
        where: { teamId: seeded.teamId, kind: 'RECOGNISER' },
        data: { report: { sheet: kept.key } },
      });
      await Promise.all(Array.from({ length: 30 }, () => orphan('lost', bucket)));
      const { removed } = await cleanStorage({
        catalog,
        store: bucket,
        now: later,
        signal,
      });
      expect(removed).toBe(30);
      expect(await bucket.stat(kept.key)).not.toBeNull();
    } finally {
      await bucket.close();
    }
  });
});
