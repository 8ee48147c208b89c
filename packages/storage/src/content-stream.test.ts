import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { contentKey, getContentFile, openObjectStore, putContentStream, sha256 } from './index.ts';
import type { ObjectStore } from './index.ts';

let folder: string;
let store: ObjectStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-stream-'));
  store = await openObjectStore({ kind: 'memory' });
});
afterAll(() => rm(folder, { recursive: true }));

async function* pieces(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

const spool = async (): Promise<string> => mkdtemp(join(folder, 'spool-'));

test('a stream lies under its digest, comes back to a file, and leaves nothing behind', async () => {
  const spoolFolder = await spool();
  const parts = [new Uint8Array(70_000).fill(7), Uint8Array.of(1, 2, 3)] as const;
  const options = { maxBytes: 70_003, spoolFolder };
  const stored = await putContentStream(store, pieces(...parts), options);
  const whole = Buffer.concat(parts);
  expect(stored).toEqual({
    digest: sha256(whole),
    key: contentKey(sha256(whole)),
    sizeBytes: 70_003,
  });
  expect(await putContentStream(store, pieces(whole), options)).toEqual(stored);
  const file = join(folder, 'back');
  await getContentFile(store, stored.digest, file);
  expect(await readFile(file)).toEqual(whole);
  expect(await readdir(spoolFolder)).toEqual([]);
});

test('one byte too many is refused before the rest is read', async () => {
  const spoolFolder = await spool();
  let read = 0;
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    for (;;) {
      read += 1;
      yield new Uint8Array(1000);
    }
  };
  await expect(
    putContentStream(store, endless(), { maxBytes: 4999, spoolFolder }),
  ).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(read).toBeLessThan(100);
  expect(await readdir(spoolFolder)).toEqual([]);
});

test('a source that breaks off stores nothing', async () => {
  const spoolFolder = await spool();
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(9, 9);
    throw new Error('the connection broke');
  };
  await expect(putContentStream(store, broken(), { maxBytes: 10, spoolFolder })).rejects.toThrow(
    'the connection broke',
  );
  expect(await store.stat(contentKey(sha256(Uint8Array.of(9, 9))))).toBeNull();
  expect(await readdir(spoolFolder)).toEqual([]);
});

test.skipIf(process.platform !== 'linux')(
  'whoever is stopped just before the bytes are written leaves no file open',
  async () => {
    const spoolFolder = await spool();
    const stop = new AbortController();
    const files = await openObjectStore({ kind: 'filesystem', root: join(folder, 'objects') });
    const stopping: ObjectStore = Object.assign(Object.create(files) as ObjectStore, {
      stat: async (key: string) => {
        const found = await files.stat(key);
        stop.abort(new Error('told to stop'));
        return found;
      },
      put: (...args: Parameters<ObjectStore['put']>) => files.put(...args),
    });
    const options = { maxBytes: 9, spoolFolder, signal: stop.signal };
    await expect(putContentStream(stopping, pieces(Uint8Array.of(4, 2)), options)).rejects.toThrow(
      'told to stop',
    );
    const open = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    expect(open.filter((path) => path.startsWith(spoolFolder))).toEqual([]);
  },
);

test('content that was changed behind our back is told', async () => {
  const digest = sha256(Uint8Array.of(1));
  await store.put(contentKey(digest), Uint8Array.of(2));
  await expect(getContentFile(store, digest, join(folder, 'bad'))).rejects.toMatchObject({
    code: 'CORRUPT',
  });
});
