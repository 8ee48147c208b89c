import { randomUUID } from 'node:crypto';

import type { Gallery } from '@colloid/catalog';
import { decodeNpy, encodeNpy, encodeRgb } from '@colloid/formats';
import { makeZip } from '@colloid/formats/testing';
import { contentKey, getContent, putContent, sha256 } from '@colloid/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { gallerySource, makeGallery, type SetEnding, ZStoredGalleryReport } from '../index.ts';
import { openSetsWorld, type SetsWorld } from '../testing/sets-world.ts';
import { getPeople, peopleOf } from './people.ts';

/** Width of the built-in recogniser's embedding. */
const E = 128;

let world: SetsWorld;
beforeAll(async () => {
  world = await openSetsWorld();
});
afterAll(() => world.close());

async function register(file: string, bytes: Uint8Array, csv?: string): Promise<Gallery> {
  const { catalog, store, queue, actor, teamId, recogniserVersionId } = world;
  const { digest } = await putContent(store, bytes);
  const labels =
    csv === undefined
      ? {}
      : { 'people.csv': (await putContent(store, new TextEncoder().encode(csv))).digest };
  return catalog.galleries.registerGallery(
    {
      actor,
      teamId,
      name: `g-${randomUUID()}`,
      version: '1',
      recogniserVersionId,
      source: gallerySource({ [file]: digest, ...labels }),
    },
    (transaction, id) => queue.enqueueGallery(transaction, id),
  );
}

const make = (galleryId: string): Promise<SetEnding> =>
  makeGallery({ ...world, galleryId, signal: new AbortController().signal });

const reload = ({ id }: Gallery): Promise<Gallery> =>
  world.catalog.prisma.gallery.findUniqueOrThrow({ where: { id } });

function rows(count: number, change: (data: Float32Array) => void = () => undefined): Uint8Array {
  const data = Float32Array.from({ length: count * E }, (_, index) => Math.sin(index + 1) * 3);
  change(data);
  return encodeNpy(data, [count, E]);
}

describe('a gallery of embeddings', () => {
  test('is made by whoever takes its job, with unit rows under their digest', async () => {
    const row = await register('train.npy', rows(5));
    const { promise, resolve, reject } = Promise.withResolvers<SetEnding>();
    await world.queue.workGalleries(async ({ galleryId }) => {
      if (galleryId === row.id) await make(galleryId).then(resolve, reject);
    });
    expect(await promise).toBe('READY');
    const ready = await reload(row);
    expect(ready).toMatchObject({ state: 'READY', count: 5, progress: 1, refusal: null });
    const { data, shape } = decodeNpy(await getContent(world.store, ready.digest ?? ''));
    expect(shape).toEqual([5, E]);
    for (let index = 0; index < 5; index += 1) {
      const unit = data.subarray(index * E, (index + 1) * E) as Float32Array;
      expect(Math.abs(Math.hypot(...unit) - 1)).toBeLessThan(1e-6);
    }
    expect(ZStoredGalleryReport.parse(ready.report).norms.min).toBeGreaterThan(1);
    expect(await make(row.id)).toBe('NOTHING_TO_DO');
  });

  test('says who its rows are where a table does, in the order of their names', async () => {
    const row = await register('train.npy', rows(4), 'label,note\nbob,x\n"7",\nbob,\nann,\n');
    expect(await make(row.id)).toBe('READY');
    const ready = await reload(row);
    expect(ready).toMatchObject({ state: 'READY', count: 4, people: 3 });
    expect(await getPeople(world.store, ready)).toEqual({
      names: ['7', 'ann', 'bob'],
      rows: Int32Array.from([2, 0, 2, 1]),
    });
  });

  test.for([
    ['too few lines', 'label\nann\n', 'has 1 lines, and the gallery 3 rows'],
    ['no such column', 'name\nann\nbob\nann\n', "has no column 'label'"],
    [
      'an empty label',
      'label,note\nann,x\n,x\nbob,x\n',
      'Line 3 of the table of labels has nothing',
    ],
  ] as const)('is refused for a table with %s', async ([, csv, sentence]) => {
    const row = await register('train.npy', rows(3), csv);
    expect(await make(row.id)).toBe('REFUSED');
    expect((await reload(row)).refusal).toContain(sentence);
  });

  test.for([
    ['a NaN', rows(3, (data) => (data[E + 2] = Number.NaN)), 'Row 1 (from 0) holds a number'],
    ['a zero row', rows(3, (data) => data.fill(0, 2 * E)), 'Row 2 (from 0) is zero'],
    ['another width', encodeNpy(new Float32Array(8), [2, 4]), 'rows of 4 numbers, and embeddings'],
    ['no rows', encodeNpy(new Float32Array(0), [0, E]), 'There are no rows'],
    ['float64', encodeNpy(new Float64Array(E), [1, E]), 'give float32 [rows, 128]'],
    ['one dimension', encodeNpy(new Float32Array(E), [E]), 'give float32 [rows, 128]'],
    ['no array at all', new Uint8Array([1, 2, 3]), 'These bytes are no npy file'],
  ] as const)('is refused for %s', async ([, bytes, sentence]) => {
    const row = await register('bad.npy', bytes);
    expect(await make(row.id)).toBe('REFUSED');
    const refused = await reload(row);
    expect(refused.refusal).toContain(sentence);
    expect(refused).toMatchObject({ state: 'REFUSED', digest: null, count: null });
  });
});

describe('a gallery of images', () => {
  const face = (level: number, width = 64, height = 64): Promise<Uint8Array> =>
    encodeRgb(
      {
        pixels: Uint8Array.from({ length: 3 * width * height }, (_, at) => (at * level) % 251),
        width,
        height,
      },
      { format: 'png' },
    );

  test('keeps the embeddings in the order of the names, and tells which images it could not use', async () => {
    const archive = makeZip({
      'people/b.png': await face(7),
      'people/a.png': await face(3, 128, 128),
      'people/wide.png': await face(5, 128, 64),
      'people/broken.jpg': new Uint8Array(20),
      'people/notes.txt': new Uint8Array(3),
    });
    const row = await register('faces.zip', archive);
    expect(await make(row.id)).toBe('READY');
    const ready = await reload(row);
    expect(ready.count).toBe(2);
    const { failures } = ZStoredGalleryReport.parse(ready.report);
    expect(failures.map(({ file }) => file).toSorted()).toEqual([
      'people/broken.jpg',
      'people/wide.png',
    ]);
    expect(failures.find(({ file }) => file.includes('wide'))?.reason).toContain('128 × 64');
    // Of the images nothing is left.
    expect(await world.store.stat(contentKey(sha256(archive)))).toBeNull();
  });

  test('is refused where none can be used, and where the archive is none', async () => {
    for (const [bytes, sentence] of [
      [makeZip({ 'a.png': new Uint8Array(9) }), 'None of the 1 images could be used; a.png'],
      [makeZip({ 'a.txt': new Uint8Array(9) }), 'holds no images'],
      [new Uint8Array(40), 'no zip archive'],
    ] as const) {
      const row = await register('faces.zip', bytes);
      expect(await make(row.id)).toBe('REFUSED');
      expect((await reload(row)).refusal).toContain(sentence);
    }
  });
});

test('a table of images says who each one is, whatever its order, and misses none', () => {
  const csv = (text: string) => new TextEncoder().encode(text);
  const files = ['a/1.png', 'b/1.png', 'a/2.png'];
  const table = csv('file,label\nb/1.png,bob\na/2.png,ann\na/1.png,ann\nleft-out.png,eve\n');
  expect(peopleOf(table, { count: 3, files })).toEqual({
    names: ['ann', 'bob'],
    rows: Int32Array.from([0, 1, 0]),
  });
  expect(() => peopleOf(csv('file,label\na/1.png,ann\n'), { count: 3, files })).toThrow(
    "says nothing of 'b/1.png'",
  );
  const twice = csv('file,label\na/1.png,ann\na/1.png,bob\n');
  expect(() => peopleOf(twice, { count: 3, files })).toThrow("labels 'a/1.png' as line 2 did");
});
