/** @file The size and SHA-256 of a zip whose bytes pass by once and are kept nowhere. */

import { createHash } from 'node:crypto';

import { localZipHeader, localZipHeaderBytes, type StoredZipFile, zipEnd } from '@colloid/formats';

import {
  centralParts,
  type PackedDocument,
  type PackedImage,
  type PackedShard,
  type Packing,
  type PackingReader,
  ZIP_NAME,
} from './packing.ts';

/** Counts the archive that a packing list describes: first all files, then {@link ZipTally.finish}. */
export class ZipTally {
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #files = 0;

  /** Where the next local header begins, bytes. */
  get offset(): number {
    return this.#bytes;
  }

  /** Adds a file behind those before. */
  add(file: StoredZipFile, bytes: Uint8Array): void {
    this.#take(localZipHeader(file), bytes);
    this.#files += 1;
  }

  /** Adds the directory; the tables of the shards are read again for it. */
  async finish(
    reader: PackingReader,
    documents: readonly PackedDocument[],
    shards: readonly PackedShard[],
  ): Promise<Packing['zip']> {
    const directoryOffset = this.#bytes;
    let at = 0;
    for (const { name, sizeBytes, crc32 } of documents) {
      const image: PackedImage = [name, 0, sizeBytes, crc32, -1, 0];
      this.#take(...centralParts({ prefix: '' }, [image], at));
      at += localZipHeaderBytes(name) + sizeBytes;
    }
    for (const shard of shards) {
      this.#take(...centralParts(shard, await reader.table(shard.table), at));
      at += shard.localBytes;
    }
    const directoryBytes = this.#bytes - directoryOffset;
    this.#take(zipEnd({ files: this.#files, directoryOffset, directoryBytes }));
    return { name: ZIP_NAME, sizeBytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  #take(...parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      this.#hash.update(part);
      this.#bytes += part.byteLength;
    }
  }
}
