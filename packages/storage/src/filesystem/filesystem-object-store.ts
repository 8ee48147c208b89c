/** @file An object store in a folder: one file per object, at the path its key names. */
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { checkRangeInside, checkRangeNumbers, outOfRange, pieces } from '../bytes.ts';
import { objectInfo } from '../content-type.ts';
import { notFound } from '../errors.ts';
import { checkKey, checkPrefix, RESERVED_SEGMENT } from '../keys.ts';
import type {
  ByteRange,
  ObjectInfo,
  ObjectStore,
  PutOptions,
  StoredObject,
} from '../object-store.ts';
import { checkExpiry } from '../presign.ts';
import { probeRoundTrip } from '../probe.ts';
import { removeStaleFiles, writeAtomically } from './atomic-write.ts';
import { errnoOf, filesystemError } from './filesystem-errors.ts';
import { walk } from './walk.ts';

/** Keeps objects as files under one root folder, which it shares with no other program. */
export class FilesystemObjectStore implements ObjectStore {
  readonly kind = 'filesystem';
  readonly #root: string;
  readonly #temporaryFolder: string;

  private constructor(root: string) {
    this.#root = root;
    this.#temporaryFolder = path.join(root, RESERVED_SEGMENT);
  }

  /** Open the store under `root`, making the folder where it is missing. */
  static async open(root: string): Promise<FilesystemObjectStore> {
    const store = new FilesystemObjectStore(path.resolve(root));
    try {
      await mkdir(store.#temporaryFolder, { recursive: true });
      await removeStaleFiles(store.#temporaryFolder, Date.now());
    } catch (error) {
      throw filesystemError(error, `use '${store.#root}' as object store`);
    }
    return store;
  }

  async put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<ObjectInfo> {
    const file = this.#fileOf(key);
    try {
      const source = pieces(body, options.signal);
      const sizeBytes = await writeAtomically(file, this.#temporaryFolder, source);
      return objectInfo(key, sizeBytes);
    } catch (error) {
      throw filesystemError(error, `write '${file}'`, key);
    }
  }

  async get(key: string): Promise<Uint8Array> {
    const file = this.#fileOf(key);
    try {
      return await readFile(file);
    } catch (error) {
      throw readError(error, file, key);
    }
  }

  async getRange(key: string, offset: number, length: number): Promise<Uint8Array> {
    const file = this.#fileOf(key);
    checkRangeNumbers(key, { offset, length });
    try {
      await using handle = await open(file, 'r');
      const { size } = await handle.stat();
      checkRangeInside(key, { offset, length }, size);
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) throw outOfRange(key, { offset, length }, offset + filled);
        filled += bytesRead;
      }
      return bytes;
    } catch (error) {
      throw readError(error, file, key);
    }
  }

  async stream(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const file = this.#fileOf(key);
    const info = await this.stat(key);
    if (info === null) throw notFound(key);
    const { offset, length } = range ?? { offset: 0, length: info.sizeBytes };
    checkRangeInside(key, { offset, length }, info.sizeBytes);
    return readPieces(file, key, offset, length);
  }

  async stat(key: string): Promise<StoredObject | null> {
    const file = this.#fileOf(key);
    try {
      const found = await stat(file);
      return found.isFile() ? { ...objectInfo(key, found.size), modifiedAt: found.mtime } : null;
    } catch (error) {
      if (isAbsent(error)) return null;
      throw filesystemError(error, `read '${file}'`, key);
    }
  }

  async delete(key: string): Promise<void> {
    const file = this.#fileOf(key);
    try {
      if ((await this.stat(key)) !== null) await rm(file, { force: true });
    } catch (error) {
      throw filesystemError(error, `delete '${file}'`, key);
    }
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    checkPrefix(prefix);
    try {
      for await (const { key, sizeBytes, modifiedAt } of walk(this.#root, prefix))
        yield { ...objectInfo(key, sizeBytes), modifiedAt };
    } catch (error) {
      throw filesystemError(error, `list '${this.#root}'`);
    }
  }

  async presign(key: string, expiresInSeconds: number): Promise<null> {
    checkKey(key);
    checkExpiry(expiresInSeconds);
    return null;
  }

  async probe(): Promise<void> {
    await probeRoundTrip(this, `The folder '${this.#root}'`);
  }

  async close(): Promise<void> {
    // Nothing stays open between calls.
  }

  #fileOf(key: string): string {
    return path.join(this.#root, ...checkKey(key).split('/'));
  }
}

async function* readPieces(
  file: string,
  key: string,
  offset: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  if (length === 0) return;
  const source = createReadStream(file, { start: offset, end: offset + length - 1 });
  try {
    for await (const piece of source as AsyncIterable<Uint8Array>) yield piece;
  } catch (error) {
    throw readError(error, file, key);
  }
}

function readError(error: unknown, file: string, key: string): unknown {
  if (isAbsent(error) || errnoOf(error) === 'EISDIR') return notFound(key, error);
  return filesystemError(error, `read '${file}'`, key);
}

/** ENOTDIR: a segment of the path is a file, so nothing can be below it. */
function isAbsent(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
}
