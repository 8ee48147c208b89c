/** @file Reads images out of the object store and makes smaller ones, each at most once at a time. */
import { thumbnail } from '@colloid/formats';
import type { ObjectStore } from '@colloid/storage';
import { LRUCache } from 'lru-cache';

import type { ImageSource } from './signed-url.ts';

/** Memory for resized images, in bytes. */
const CACHE_BYTES = 64 * 1024 * 1024;

/** An image ready to send. */
export interface ServedImage {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** Which image, and how wide. */
export interface ImageRequest {
  readonly source: ImageSource;
  /** Pixels; absent: the bytes as they are stored. */
  readonly width?: number;
}

/** Images of one store; keeps resized ones in memory, since a grid asks for the same ones again and again. */
export class ImageCache {
  readonly #store: ObjectStore;
  readonly #resized: LRUCache<string, ServedImage, ImageRequest>;

  /** @param options.maxBytes memory for resized images. @default 64 MiB */
  constructor(store: ObjectStore, { maxBytes = CACHE_BYTES } = {}) {
    this.#store = store;
    this.#resized = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (image) => image.bytes.byteLength,
      fetchMethod: (_key, _stale, { context }) => this.#resize(context),
      // One that is slow may lose its place to others before it is there; whoever waits for it gets it all the same.
      ignoreFetchAbort: true,
    });
  }

  /**
   * The bytes to send.
   *
   * @throws StorageError where the object or the range is missing; FormatError where the bytes are no image.
   */
  async read(request: ImageRequest): Promise<ServedImage> {
    if (request.width === undefined) return this.#original(request.source);
    const { objectKey, offset, length } = request.source;
    const key = `${request.width} ${offset ?? ''} ${length ?? ''} ${objectKey}`;
    return this.#resized.forceFetch(key, { context: request });
  }

  async #original(source: ImageSource): Promise<ServedImage> {
    const bytes =
      source.length === undefined
        ? await this.#store.get(source.objectKey)
        : await this.#store.getRange(source.objectKey, source.offset ?? 0, source.length);
    return { bytes, contentType: imageTypeOf(bytes) };
  }

  async #resize({ source, width }: ImageRequest): Promise<ServedImage> {
    const original = await this.#original(source);
    if (width === undefined) return original;
    return { bytes: await thumbnail(original.bytes, width), contentType: 'image/webp' };
  }
}

/** Media type by the first bytes; what is no image we make is never shown as one. */
function imageTypeOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.byteLength));
  if (head.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]))) return 'image/png';
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg';
  if (head.toString('latin1', 8, 12) === 'WEBP') return 'image/webp';
  return 'application/octet-stream';
}
