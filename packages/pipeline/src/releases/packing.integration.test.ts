import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { DatasetVersion } from '@colloid/catalog';
import { openZip, readSyntheticMark, readTarFiles } from '@colloid/formats';
import { contentKey, type ObjectStore, openObjectStore } from '@colloid/storage';
import { describeWithMinio } from '@colloid/storage/testing/vitest';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { openReleaseWorld, type ReleaseWorld } from '../testing/release-world.ts';
import { sizeOfSections, streamSections } from './file-parts.ts';
import { type PackResult, packVersion } from './pack-version.ts';
import { type Packing, PackingReader, sectionsOf } from './packing.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const DOCUMENTS = new Map([['README.md', '# Faces that nobody has\n']]);

let world: ReleaseWorld;
let folder: string;
beforeAll(async () => {
  world = await openReleaseWorld();
  folder = await mkdtemp(join(tmpdir(), 'colloid-packing-'));
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

async function pack(
  version: DatasetVersion,
  store: ObjectStore = world.store,
): Promise<PackResult> {
  const { contents } = world.catalog;
  const loaded = await contents.loadContents(version.id);
  if (loaded === null) throw new Error('The version is gone.');
  const signal = new AbortController().signal;
  return packVersion({ store, contents, version: loaded, documents: DOCUMENTS, signal });
}

async function packed(version: DatasetVersion, store?: ObjectStore): Promise<Packing> {
  const { packing, problems } = await pack(version, store);
  expect(problems).toEqual([]);
  if (packing === null) throw new Error('There is no packing list.');
  return packing.list;
}

async function fileOf(
  packing: Packing,
  name: string,
  options: { readonly store?: ObjectStore; readonly from?: number; readonly to?: number } = {},
): Promise<Buffer> {
  const { store = world.store } = options;
  const sections = sectionsOf(new PackingReader(store), packing, name);
  if (sections === null) throw new Error(`There is no '${name}'.`);
  const { from = 0, to = sizeOfSections(sections) } = options;
  const range = { offset: from, length: to - from };
  return Buffer.concat(await Array.fromAsync(streamSections(store, sections, { range })));
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function tarOf(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes;
  };
  for await (const file of readTarFiles(source())) files.set(file.name, Buffer.from(file.bytes));
  return files;
}

/** Every file has the size and SHA-256 of the list; the images are returned by name, out of the zip and out of the tars. */
async function checked(
  packing: Packing,
  store?: ObjectStore,
): Promise<{ readonly zip: Map<string, Buffer>; readonly tars: Map<string, Buffer> }> {
  const tars = new Map<string, Buffer>();
  for (const shard of packing.shards) {
    const bytes = await fileOf(packing, shard.name, store === undefined ? {} : { store });
    expect(bytes.byteLength).toBe(shard.sizeBytes);
    expect(digestOf(bytes)).toBe(shard.sha256);
    for (const [name, content] of await tarOf(bytes)) tars.set(name, content);
  }
  const bytes = await fileOf(packing, packing.zip.name, store === undefined ? {} : { store });
  expect(bytes.byteLength).toBe(packing.zip.sizeBytes);
  expect(digestOf(bytes)).toBe(packing.zip.sha256);
  const path = join(folder, 'whole.zip');
  await writeFile(path, bytes);
  const archive = await openZip(path, { mostFiles: 10_000, mostBytesPerFile: 1e7 });
  const zip = new Map<string, Buffer>();
  for (const name of archive.names) zip.set(name, Buffer.from(await archive.read(name)));
  archive.close();
  return { zip, tars };
}

describe('a version of one run', () => {
  test('gives its shards as they are stored, and a zip of the same images', async () => {
    const packing = await packed(world.whole);
    const shards = await world.catalog.rows.shardsOfRun(world.seeded.runId);
    const stored = shards.filter((shard) => shard.kind === 'IMAGES');
    expect(packing.shards.map(({ sha256, isStored }) => [sha256, isStored])).toEqual(
      stored.map((shard) => [shard.digest, true]),
    );
    const { zip, tars } = await checked(packing);
    expect(zip.get('README.md')?.toString()).toBe('# Faces that nobody has\n');
    const images = [...tars].filter(([name]) => !name.endsWith('.json'));
    expect(images).toHaveLength(120);
    expect([...zip].filter(([name]) => name !== 'README.md')).toEqual(images);
    for (const [, bytes] of images) expect(await readSyntheticMark(bytes)).not.toBeNull();
  });

  test('has a zip that Python tests and unpacks', async () => {
    const packing = await packed(world.whole);
    const path = join(folder, 'python.zip');
    await writeFile(path, await fileOf(packing, 'dataset.zip'));
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(len(z.namelist()), z.namelist()[1])';
    const run = await promisify(execFile)('python3', ['-c', script, path]).catch(
      (error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      },
    );
    if (run !== null) expect(run.stdout.trim()).toMatch(/^121 000000\/000\.\w+$/);
  });

  test('any range is that of the whole, wherever it is cut', async () => {
    const packing = await packed(world.merged);
    const names = ['dataset.zip', 'README.md', ...packing.shards.map((shard) => shard.name)];
    for (const name of names) {
      const whole = await fileOf(packing, name);
      const step = Math.max(1, Math.floor(whole.byteLength / 23));
      const pieces: Buffer[] = [];
      for (let from = 0; from < whole.byteLength; from += step) {
        const to = Math.min(whole.byteLength, from + step);
        pieces.push(await fileOf(packing, name, { from, to }));
      }
      expect(Buffer.concat(pieces).equals(whole)).toBe(true);
      expect(await fileOf(packing, name, { from: 7, to: 7 })).toHaveLength(0);
    }
  });
});

describe('a version that selects', () => {
  test('holds its own samples with their sidecars and no other in tars and zip', async () => {
    const packing = await packed(world.subset);
    expect(packing.shards.every((shard) => !shard.isStored)).toBe(true);
    const { zip, tars } = await checked(packing);
    const { actor } = world.seeded;
    const versionId = world.subset.id;
    const { edges } = await world.catalog.samples.listSamples({
      actor,
      versionId,
      page: { first: 100 },
    });
    const names = edges.map(
      ({ node: row }) =>
        `${String(row.identityOrdinal).padStart(6, '0')}/${String(row.ordinal).padStart(3, '0')}`,
    );
    expect(names).toHaveLength(28);
    const stems = [...tars.keys()].map((name) => name.replace(/\.\w+$/, ''));
    expect(new Set(stems)).toEqual(new Set(names));
    expect(tars.size).toBe(56);
    expect(zip.size).toBe(29);
    for (const [name, bytes] of tars) {
      if (!name.endsWith('.json')) continue;
      const { identity, sample } = JSON.parse(bytes.toString()) as Record<string, number>;
      expect(name).toBe(
        `${String(identity).padStart(6, '0')}/${String(sample).padStart(3, '0')}.json`,
      );
    }
  });

  test('keeps identities of several runs apart by their names', async () => {
    const packing = await packed(world.merged);
    const { zip } = await checked(packing);
    const folders = new Set([...zip.keys()].map((name) => name.split('/')[0]));
    folders.delete('README.md');
    expect(folders.size).toBe(world.merged.identityCount);
    expect(zip.size).toBe(world.merged.sampleCount + 1);
    expect([...folders].every((name) => /^r[12]-\d{6}$/.test(name ?? ''))).toBe(true);
  });
});

describe('a store that has lost or altered something', () => {
  const damaged = async (
    damage: (store: ObjectStore, key: string) => Promise<void>,
  ): Promise<PackResult> => {
    const store = await copyOfStore(await openObjectStore({ kind: 'memory' }));
    const shards = await world.catalog.rows.shardsOfRun(world.seeded.runId);
    const key = shards.find((shard) => shard.kind === 'IMAGES')?.objectKey ?? '';
    await damage(store, key);
    return pack(world.whole, store);
  };

  test('one flipped byte is found, wherever it is', async () => {
    const size = (await world.store.stat(await imagesKey()))?.sizeBytes ?? 0;
    for (const at of [600, Math.floor(size / 2), size - 1, 3]) {
      const { packing, problems } = await damaged(async (store, key) => {
        const bytes = await store.get(key);
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        await store.put(key, bytes);
      });
      expect(packing).toBeNull();
      expect(problems[0]).toMatch(/^Shard 0 of images of run 1 (has|cannot be read)/);
    }
  });

  test('a shard that is gone, or cut off, is told', async () => {
    const gone = await damaged((store, key) => store.delete(key));
    expect(gone.problems).toEqual(['Shard 0 of images of run 1 is not in the object store.']);
    const cut = await damaged(async (store, key) => {
      const bytes = await store.get(key);
      await store.put(key, bytes.subarray(0, bytes.byteLength - 1024));
    });
    expect(cut.packing).toBeNull();
    expect(cut.problemCount).toBeGreaterThan(0);
  });

  test('embeddings are looked at as well', async () => {
    const { packing, problems } = await damaged(async (store) => {
      const shards = await world.catalog.rows.shardsOfRun(world.seeded.runId);
      const { objectKey = '' } = shards.find((shard) => shard.kind === 'EMBEDDINGS') ?? {};
      const bytes = await store.get(objectKey);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 128;
      await store.put(objectKey, bytes);
    });
    expect(packing).toBeNull();
    expect(problems[0]).toContain('Shard 0 of embeddings of run 1 has');
  });
});

describeWithMinio('on a real MinIO', (minio) => {
  test('files are the same, in ranges as well', async () => {
    const { endpoint, accessKey, secretKey } = minio();
    const store = await openObjectStore({
      kind: 's3',
      endpoint,
      accessKey,
      secretKey,
      bucket: 'releases',
      createBucket: true,
    });
    await copyOfStore(store);
    const packing = await packed(world.merged, store);
    expect(packing).toEqual(await packed(world.merged));
    await checked(packing, store);
    const whole = await fileOf(packing, 'dataset.zip');
    const from = Math.floor(whole.byteLength / 3);
    const part = await fileOf(packing, 'dataset.zip', { store, from });
    expect(part.equals(whole.subarray(from))).toBe(true);
    await store.close();
  });
});

async function imagesKey(): Promise<string> {
  const shards = await world.catalog.rows.shardsOfRun(world.seeded.runId);
  return contentKey(shards.find((shard) => shard.kind === 'IMAGES')?.digest ?? '');
}

async function copyOfStore(to: ObjectStore): Promise<ObjectStore> {
  for await (const { key } of world.store.list('blobs/'))
    await to.put(key, await world.store.get(key));
  return to;
}
