/** @file Uploading a body of unknown length in parts, with one part in memory at a time. */
import type { Client } from 'minio';

import { concat } from '../bytes.ts';
import { StorageError } from '../errors.ts';
import { withRetry } from './retry.ts';

/** Size of a part; S3 wants at least 5 MiB for all but the last. */
export const PART_BYTES = 16 * 1024 * 1024;

/** Limit of S3. */
const MAX_PARTS = 10_000;

/** Where an upload goes. */
export interface UploadTarget {
  readonly client: Client;
  readonly bucket: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Cut a stream of pieces into chunks of exactly `chunkBytes`, the last one shorter. */
export async function* chunks(
  pieces: AsyncIterable<Uint8Array>,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const piece of pieces) {
    let rest = piece;
    while (heldBytes + rest.byteLength >= chunkBytes) {
      const taken = chunkBytes - heldBytes;
      yield concat([...held, rest.subarray(0, taken)]);
      rest = rest.subarray(taken);
      held = [];
      heldBytes = 0;
    }
    // Copied, since the producer may use its buffer again.
    if (rest.byteLength > 0) held.push(rest.slice());
    heldBytes += rest.byteLength;
  }
  if (heldBytes > 0) yield concat(held);
}

/**
 * Upload parts as one object. The object appears when the last part is in; on any error, and when
 * the signal fires, the parts are thrown away.
 *
 * The client's own stream upload is not used: it would continue another writer's unfinished upload
 * of the same key.
 *
 * @returns the number of bytes uploaded
 */
export async function uploadParts(
  target: UploadTarget,
  parts: AsyncIterable<Uint8Array>,
): Promise<number> {
  const { client, bucket, key, signal } = target;
  const uploadID = await withRetry(
    () => client.initiateNewMultipartUpload(bucket, key, { ...target.headers }),
    signal,
  );
  try {
    const uploaded: { part: number; etag: string }[] = [];
    let sizeBytes = 0;
    for await (const part of parts) {
      const partNumber = uploaded.length + 1;
      if (partNumber > MAX_PARTS) throw tooLarge(key);
      const request = { bucketName: bucket, objectName: key, uploadID, partNumber, headers: {} };
      const { etag } = await withRetry(
        () =>
          client.uploadPart(request, Buffer.from(part.buffer, part.byteOffset, part.byteLength)),
        signal,
      );
      uploaded.push({ part: partNumber, etag });
      sizeBytes += part.byteLength;
    }
    signal?.throwIfAborted();
    await client.completeMultipartUpload(bucket, key, uploadID, uploaded);
    return sizeBytes;
  } catch (error) {
    // When the server is gone this fails as well; the first error is the one to report, and servers
    // throw unfinished uploads away by themselves (MinIO after a day).
    await client.abortMultipartUpload(bucket, key, uploadID).catch(() => undefined);
    throw error;
  }
}

function tooLarge(key: string): StorageError {
  return new StorageError(
    'NO_SPACE',
    `'${key}' is larger than S3 takes in ${MAX_PARTS} parts of ${PART_BYTES} bytes; use smaller shards.`,
    { key },
  );
}
