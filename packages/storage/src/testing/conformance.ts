/** @file What every object store must do; run on memory, on the file system and on a real MinIO. */
import { randomBytes } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { contentKey, getContent, putContent, sha256 } from '../content.ts';
import { isStorageError } from '../errors.ts';
import type { StorageErrorCode } from '../errors.ts';
import type { ObjectInfo, ObjectStore } from '../object-store.ts';
import { describeRenewal } from './renewal.ts';

/** Larger than two parts of a multipart upload, and not a multiple of one. */
const LARGE_BYTES = 2 * 16 * 1024 * 1024 + 12_345;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  // One buffer for all pieces: a store that keeps a piece without copying it shows here.
  const buffer = new Uint8Array(pieceBytes);
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes);
    buffer.set(piece);
    yield buffer.subarray(0, piece.byteLength);
  }
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

async function joined(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat((await all(source)).map((piece) => Buffer.from(piece)));
}

async function codeOf(action: Promise<unknown>): Promise<StorageErrorCode | 'no error'> {
  try {
    await action;
    return 'no error';
  } catch (error) {
    if (isStorageError(error)) return error.code;
    throw error;
  }
}

/** The suite; `open` gives an empty store, and `dispose` removes it. */
export function describeObjectStore(
  open: () => Promise<ObjectStore>,
  dispose: () => Promise<void> = () => Promise.resolve(),
): void {
  let store: ObjectStore;

  beforeEach(async () => {
    store = await open();
  });

  afterEach(async () => {
    await store.close();
    await dispose();
  });

  describe('writing and reading', () => {
    it('gives back the bytes, the size and the media type', async () => {
      const bytes = randomBytes(5000);
      const info = await store.put('runs/7/a.webp', bytes, { contentType: 'image/webp' });
      expect(info).toEqual({ key: 'runs/7/a.webp', sizeBytes: 5000, contentType: 'image/webp' });
      expect(await store.stat('runs/7/a.webp')).toEqual({
        ...info,
        modifiedAt: expect.any(Date) as Date,
      });
      expect(Buffer.compare(await store.get('runs/7/a.webp'), bytes)).toBe(0);
    });

    it('takes a stream of pieces, also one whose buffer is used again', async () => {
      const bytes = randomBytes(300_001);
      const info = await store.put('a/streamed', inPieces(bytes, 4096));
      expect(info).toEqual({ key: 'a/streamed', sizeBytes: 300_001 });
      expect(Buffer.compare(await store.get('a/streamed'), bytes)).toBe(0);
    });

    it('takes a stream larger than several parts of an upload', async () => {
      const bytes = randomBytes(LARGE_BYTES);
      await store.put('a/large.tar', inPieces(bytes, 1_000_003));
      expect(await store.stat('a/large.tar')).toMatchObject({
        sizeBytes: LARGE_BYTES,
        contentType: 'application/x-tar',
      });
      expect(sha256(await joined(await store.stream('a/large.tar')))).toBe(sha256(bytes));
      const tail = await store.getRange('a/large.tar', LARGE_BYTES - 10, 10);
      expect(Buffer.compare(tail, bytes.subarray(-10))).toBe(0);
    }, 60_000);

    it('keeps an object of no bytes', async () => {
      await store.put('empty', new Uint8Array());
      expect(await store.stat('empty')).toEqual({
        key: 'empty',
        sizeBytes: 0,
        modifiedAt: expect.any(Date) as Date,
      });
      expect(await store.get('empty')).toHaveLength(0);
      expect(await joined(await store.stream('empty'))).toHaveLength(0);
      expect(await store.getRange('empty', 0, 0)).toHaveLength(0);
    });

    it('replaces an object', async () => {
      await store.put('a', text('first, and longer'));
      await store.put('a', text('second'));
      expect(Buffer.from(await store.get('a')).toString()).toBe('second');
    });

    it('gives bytes that the caller may change without changing the object', async () => {
      const written = text('abc');
      await store.put('a', written);
      written.fill(0);
      (await store.get('a')).fill(0);
      expect(Buffer.from(await store.get('a')).toString()).toBe('abc');
    });

    it('lets many writers of one key finish, and keeps one of them whole', async () => {
      const bodies = Array.from({ length: 8 }, (_, index) => new Uint8Array(70_000).fill(index));
      await Promise.all(bodies.map((body) => store.put('contended', body)));
      const kept = await store.get('contended');
      expect(kept).toHaveLength(70_000);
      expect(new Set(kept).size).toBe(1);
    });

    it.each(['000012/003.webp', '007.tar', '1e5/7', 'a b/ü+&=?#%.json', `${'x'.repeat(255)}/y`])(
      'keeps the key %s as it is',
      async (key) => {
        await store.put(key, text(key));
        expect(Buffer.from(await store.get(key)).toString()).toBe(key);
        expect((await all(store.list(''))).map((info) => info.key)).toEqual([key]);
        await store.delete(key);
        expect(await store.stat(key)).toBeNull();
      },
    );
  });

  describe('unfinished writes', () => {
    it('leaves nothing behind when the body throws, and the old object where there was one', async () => {
      await store.put('kept', text('old'));
      const failing = async function* (): AsyncGenerator<Uint8Array> {
        yield randomBytes(100_000);
        throw new RangeError('the producer failed');
      };
      await expect(store.put('kept', failing())).rejects.toThrow('the producer failed');
      await expect(store.put('never', failing())).rejects.toThrow(RangeError);
      expect(Buffer.from(await store.get('kept')).toString()).toBe('old');
      expect((await all(store.list(''))).map((info) => info.key)).toEqual(['kept']);
    });

    it('leaves nothing behind when the signal fires in the middle of a large body', async () => {
      const controller = new AbortController();
      const body = async function* (): AsyncGenerator<Uint8Array> {
        for (let piece = 0; piece < 40; piece += 1) {
          if (piece === 36) controller.abort(new Error('the run was cancelled'));
          yield new Uint8Array(1024 * 1024);
        }
      };
      const { signal } = controller;
      await expect(store.put('a', body(), { signal })).rejects.toThrow('the run was cancelled');
      await expect(store.put('a', text('b'), { signal })).rejects.toThrow('the run was cancelled');
      expect(await all(store.list(''))).toEqual([]);
    }, 60_000);

    it('never lists or reads an object before its last piece is in', async () => {
      const seen: unknown[] = [];
      const body = async function* (): AsyncGenerator<Uint8Array> {
        yield text('half');
        seen.push(await store.stat('a'), await all(store.list('')));
        yield text(' and half');
      };
      await store.put('a', body());
      expect(seen).toEqual([null, []]);
      expect(Buffer.from(await store.get('a')).toString()).toBe('half and half');
    });
  });

  describe('ranges', () => {
    it.each([
      [0, 3],
      [3, 4],
      [9, 1],
      [0, 10],
      [10, 0],
      [4, 0],
    ])('gives from offset %i exactly %i bytes', async (offset, length) => {
      await store.put('digits', text('0123456789'));
      const expected = '0123456789'.slice(offset, offset + length);
      const range = await store.getRange('digits', offset, length);
      expect(Buffer.from(range).toString()).toBe(expected);
      const streamed = await joined(await store.stream('digits', { offset, length }));
      expect(Buffer.from(streamed).toString()).toBe(expected);
    });

    it.each([
      [8, 3],
      [10, 1],
      [11, 0],
      [500, 2],
      [-1, 2],
      [0, -1],
      [0.5, 1],
      [0, Number.NaN],
    ])('refuses from offset %d the %d bytes that it does not hold', async (offset, length) => {
      await store.put('digits', text('0123456789'));
      expect(await codeOf(store.getRange('digits', offset, length))).toBe('INVALID_RANGE');
      expect(await codeOf(store.stream('digits', { offset, length }))).toBe('INVALID_RANGE');
    });

    it('can be left in the middle of a stream', async () => {
      await store.put('large', randomBytes(3_000_000));
      for await (const piece of await store.stream('large')) {
        expect(piece.byteLength).toBeGreaterThan(0);
        break;
      }
      expect(await store.get('large')).toHaveLength(3_000_000);
    });
  });

  describe('absent objects', () => {
    it('are null for stat, NOT_FOUND for every read, and no error for delete', async () => {
      expect(await store.stat('nowhere/a')).toBeNull();
      expect(await codeOf(store.get('nowhere/a'))).toBe('NOT_FOUND');
      expect(await codeOf(store.getRange('nowhere/a', 0, 1))).toBe('NOT_FOUND');
      expect(await codeOf(store.getRange('nowhere/a', 0, 0))).toBe('NOT_FOUND');
      expect(await codeOf(store.stream('nowhere/a'))).toBe('NOT_FOUND');
      expect(await codeOf(store.stream('nowhere/a', { offset: 0, length: 1 }))).toBe('NOT_FOUND');
      expect(await codeOf(store.delete('nowhere/a'))).toBe('no error');
    });

    it('include the folders in the path of an object', async () => {
      await store.put('folder/object', text('a'));
      expect(await store.stat('folder')).toBeNull();
      expect(await codeOf(store.get('folder'))).toBe('NOT_FOUND');
      await store.delete('folder');
      expect(await store.stat('folder/object')).not.toBeNull();
    });
  });

  describe('listing', () => {
    it('gives the objects under a prefix in the order of their keys', async () => {
      const keys = ['b/1', 'a/10', 'a/2', 'a-b', 'a/2/c', 'a.b', 'ab', 'B', 'aé'].filter(
        // A folder and a file cannot share a name on a file system.
        (key) => key !== 'a/2',
      );
      for (const key of keys) await store.put(key, text(key));
      const listed = async (prefix: string): Promise<string[]> =>
        (await all(store.list(prefix))).map((info) => info.key);
      const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await listed('')).toEqual(sorted);
      expect(await listed('a/')).toEqual(['a/10', 'a/2/c']);
      expect(await listed('a')).toEqual(sorted.filter((key) => key.startsWith('a')));
      expect(await listed('a/2')).toEqual(['a/2/c']);
      expect(await listed('nothing/')).toEqual([]);
      expect(await listed('b/1/x')).toEqual([]);
    });

    it('gives sizes, and more than one page of them', async () => {
      const keys = Array.from({ length: 1001 }, (_, i) => `many/${String(i).padStart(4, '0')}`);
      for (let at = 0; at < keys.length; at += 50)
        await Promise.all(keys.slice(at, at + 50).map((key) => store.put(key, text('x'))));
      const listed: ObjectInfo[] = await all(store.list('many/'));
      expect(listed.map((info) => info.key)).toEqual(keys);
      expect(listed.every((info) => info.sizeBytes === 1)).toBe(true);
    }, 60_000);
  });

  it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', '.', 'a\\b', 'a\nb', '.tmp/a', '007'])(
    'refuses the key %j everywhere',
    async (key) => {
      expect(await codeOf(store.put(key, text('a')))).toBe('INVALID_KEY');
      expect(await codeOf(store.get(key))).toBe('INVALID_KEY');
      expect(await codeOf(store.getRange(key, 0, 1))).toBe('INVALID_KEY');
      expect(await codeOf(store.stream(key))).toBe('INVALID_KEY');
      expect(await codeOf(store.stat(key))).toBe('INVALID_KEY');
      expect(await codeOf(store.delete(key))).toBe('INVALID_KEY');
      expect(await codeOf(store.presign(key, 60))).toBe('INVALID_KEY');
    },
  );

  describe('content by digest', () => {
    it('is written once under its SHA-256 and verified when read', async () => {
      const bytes = text('the same content');
      const first = await putContent(store, bytes);
      expect(first).toEqual({
        digest: sha256(bytes),
        key: contentKey(sha256(bytes)),
        sizeBytes: 16,
      });
      expect(await putContent(store, bytes)).toEqual(first);
      expect(Buffer.from(await getContent(store, first.digest)).toString()).toBe(
        'the same content',
      );
    });

    it('is refused as CORRUPT when it does not have the digest in its name', async () => {
      const { digest, key } = await putContent(store, text('right'));
      await store.put(key, text('wrong'));
      expect(await codeOf(getContent(store, digest))).toBe('CORRUPT');
    });

    it('is written again over a truncated object', async () => {
      const bytes = text('whole');
      await store.put(contentKey(sha256(bytes)), text('who'));
      const { digest } = await putContent(store, bytes);
      expect(Buffer.from(await getContent(store, digest)).toString()).toBe('whole');
    });
  });

  describe('content that a clean-up takes for old', () => {
    describeRenewal(() => store);
  });

  it('passes its probe and leaves nothing behind', async () => {
    await store.probe();
    expect(await all(store.list(''))).toEqual([]);
  });

  it('signs no URL that lives longer than seven days', async () => {
    expect(await codeOf(store.presign('a', 0))).toBe('INVALID_CONFIG');
    expect(await codeOf(store.presign('a', 604_801))).toBe('INVALID_CONFIG');
  });
}
