/** @file Objects named by the SHA-256 of their bytes: written once, verified when read. */
import { createHash } from 'node:crypto';

import { StorageError } from './errors.ts';
import type { ObjectStore, PutOptions } from './object-store.ts';
import { renew } from './renewal.ts';

/** Where content went. */
export interface StoredContent {
  /** SHA-256 of the bytes, 64 lower-case hexadecimal digits. */
  readonly digest: string;
  readonly key: string;
  readonly sizeBytes: number;
}

/** SHA-256 of the bytes as 64 lower-case hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The key of the content with that digest: `blobs/ab/abcd…`.
 *
 * @throws StorageError INVALID_KEY when `digest` is no SHA-256
 */
export function contentKey(digest: string): string {
  if (!/^[0-9a-f]{64}$/.test(digest))
    throw new StorageError(
      'INVALID_KEY',
      `'${digest.slice(0, 80)}' is no SHA-256; expected 64 lower-case hexadecimal digits.`,
    );
  return `blobs/${digest.slice(0, 2)}/${digest}`;
}

/**
 * Store bytes under their own digest. A young object of that digest and size is not written again, so
 * that storing the same result twice costs some looks; an old one is, so that no clean-up takes it.
 */
export async function putContent(
  store: ObjectStore,
  bytes: Uint8Array,
  options: PutOptions = {},
): Promise<StoredContent> {
  const digest = sha256(bytes);
  const key = contentKey(digest);
  const sizeBytes = bytes.byteLength;
  await renew(store, key, { ...options, sizeBytes, body: () => bytes });
  return { digest, key, sizeBytes };
}

/**
 * Read content back and verify it.
 *
 * @throws StorageError NOT_FOUND, or CORRUPT when the bytes have another digest
 */
export async function getContent(store: ObjectStore, digest: string): Promise<Uint8Array> {
  const key = contentKey(digest);
  const bytes = await store.get(key);
  const actual = sha256(bytes);
  if (actual !== digest)
    throw new StorageError(
      'CORRUPT',
      `'${key}' has SHA-256 ${actual}, not the one in its name; delete it and run again what made it, or restore it from a backup.`,
      { key },
    );
  return bytes;
}
