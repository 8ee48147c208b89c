/** @file An object store in the process's memory, for tests. */
import { checkRangeInside, collect, pieces } from '../bytes.ts';
import { objectInfo } from '../content-type.ts';
import { notFound } from '../errors.ts';
import { checkKey, checkPrefix } from '../keys.ts';
import type {
  ByteRange,
  ObjectInfo,
  ObjectStore,
  PutOptions,
  StoredObject,
} from '../object-store.ts';
import { checkExpiry } from '../presign.ts';
import { probeRoundTrip } from '../probe.ts';

interface Held {
  readonly bytes: Uint8Array;
  readonly info: StoredObject;
}

/** Keeps every object in memory; copies on the way in and out, so that no caller shares bytes. */
export class MemoryObjectStore implements ObjectStore {
  readonly kind = 'memory';
  readonly #objects = new Map<string, Held>();

  async put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<ObjectInfo> {
    checkKey(key);
    const bytes = await collect(pieces(body, options.signal));
    const info = objectInfo(key, bytes.byteLength, options.contentType);
    this.#objects.set(key, { bytes, info: { ...info, modifiedAt: new Date() } });
    return info;
  }

  async get(key: string): Promise<Uint8Array> {
    return this.#held(key).bytes.slice();
  }

  async getRange(key: string, offset: number, length: number): Promise<Uint8Array> {
    const { bytes } = this.#held(key);
    checkRangeInside(key, { offset, length }, bytes.byteLength);
    return bytes.slice(offset, offset + length);
  }

  async stream(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const bytes = range
      ? await this.getRange(key, range.offset, range.length)
      : await this.get(key);
    return pieces(bytes, undefined);
  }

  async stat(key: string): Promise<StoredObject | null> {
    return this.#objects.get(checkKey(key))?.info ?? null;
  }

  async delete(key: string): Promise<void> {
    this.#objects.delete(checkKey(key));
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    checkPrefix(prefix);
    const infos = [...this.#objects.values()].map((held) => held.info);
    const found = infos.filter((info) => info.key.startsWith(prefix));
    yield* found.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }

  async presign(key: string, expiresInSeconds: number): Promise<null> {
    checkKey(key);
    checkExpiry(expiresInSeconds);
    return null;
  }

  async probe(): Promise<void> {
    await probeRoundTrip(this, 'The memory store');
  }

  async close(): Promise<void> {
    this.#objects.clear();
  }

  #held(key: string): Held {
    const held = this.#objects.get(checkKey(key));
    if (held === undefined) throw notFound(key);
    return held;
  }
}
