/** @file Float arrays in the object store: npy files under their digest, and rows of large ones without the rest. */

import { decodeNpy, encodeNpy } from '@colloid/formats';
import {
  contentKey,
  getContent,
  type ObjectStore,
  putContent,
  sha256,
  StorageError,
} from '@colloid/storage';

import type { Json } from '../digest.ts';

/** Bytes of a block of a sliced array: what a shard reads beyond its own rows is less than two of them. */
const BLOCK_BYTES = 2 ** 20;

/** A float32 array of shape `[rows, columns]` by the digest of its npy file. */
export interface ArrayReference {
  readonly [key: string]: Json;
  readonly digest: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly columns: number;
}

/** An array whose rows can be read, and verified, without the rest of it. */
export interface SlicedReference extends ArrayReference {
  /** Where the first row begins in the file, bytes. */
  readonly dataOffset: number;
  readonly blockRows: number;
  /** SHA-256 of every `blockRows` rows, in order; the last block may be shorter. */
  readonly blocks: readonly string[];
}

/** Stores `values` of shape `[rows, columns]`, row-major; `values` is read, never kept. */
export async function putArray(
  store: ObjectStore,
  values: Float32Array,
  columns: number,
): Promise<ArrayReference> {
  const rows = values.length / columns;
  const content = await putContent(store, encodeNpy(values, [rows, columns]), {
    contentType: 'application/octet-stream',
  });
  return { ...content, rows, columns };
}

/** As {@link putArray}, for an array of which others will read some rows. */
export async function putSliced(
  store: ObjectStore,
  values: Float32Array,
  columns: number,
): Promise<SlicedReference> {
  const rows = values.length / columns;
  const bytes = encodeNpy(values, [rows, columns]);
  const dataOffset = bytes.byteLength - values.byteLength;
  const rowBytes = columns * Float32Array.BYTES_PER_ELEMENT;
  const blockRows = Math.max(1, Math.floor(BLOCK_BYTES / rowBytes));
  const blocks: string[] = [];
  for (let row = 0; row < rows; row += blockRows) {
    const from = dataOffset + row * rowBytes;
    blocks.push(sha256(bytes.subarray(from, from + blockRows * rowBytes)));
  }
  const content = await putContent(store, bytes, { contentType: 'application/octet-stream' });
  return { ...content, rows, columns, dataOffset, blockRows, blocks };
}

/** Reads an array back; its digest is verified. Throws a StorageError when it is missing or altered. */
export async function getArray(
  store: ObjectStore,
  reference: ArrayReference,
): Promise<Float32Array> {
  const { data } = decodeNpy(await getContent(store, reference.digest));
  if (!(data instanceof Float32Array)) {
    throw new TypeError(`array ${reference.digest} holds ${data.constructor.name}, not float32`);
  }
  return data;
}

/**
 * Reads `count` rows from row `first` on, `[count, columns]`; the blocks they lie in are verified.
 *
 * @throws StorageError NOT_FOUND, or CORRUPT when a block has another digest
 */
export async function getRows(
  store: ObjectStore,
  reference: SlicedReference,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<Float32Array> {
  const { rows, columns, blockRows, blocks, dataOffset } = reference;
  if (first < 0 || count < 0 || first + count > rows) {
    throw new RangeError(`rows ${first} to ${first + count} of an array with ${rows} rows`);
  }
  if (count === 0) return new Float32Array(0);
  const rowBytes = columns * Float32Array.BYTES_PER_ELEMENT;
  const key = contentKey(reference.digest);
  const firstBlock = Math.floor(first / blockRows);
  const lastBlock = Math.floor((first + count - 1) / blockRows);
  const fromRow = firstBlock * blockRows;
  const toRow = Math.min(rows, (lastBlock + 1) * blockRows);
  const offset = dataOffset + fromRow * rowBytes;
  const bytes = await store.getRange(key, offset, (toRow - fromRow) * rowBytes);
  for (let block = firstBlock; block <= lastBlock; block += 1) {
    const from = (block - firstBlock) * blockRows * rowBytes;
    const actual = sha256(bytes.subarray(from, from + blockRows * rowBytes));
    if (actual === blocks[block]) continue;
    throw new StorageError(
      'CORRUPT',
      `Rows ${block * blockRows} onwards of '${key}' have SHA-256 ${actual}, not the one on record; delete it and run again what made it, or restore it from a backup.`,
      { key },
    );
  }
  const wanted = bytes.slice((first - fromRow) * rowBytes, (first - fromRow + count) * rowBytes);
  return new Float32Array(wanted.buffer, wanted.byteOffset, count * columns);
}
