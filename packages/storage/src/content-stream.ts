/** @file Content too large for memory: its digest is known only when all of it has been seen, so it waits in a temporary file. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { contentKey } from './content.ts';
import type { StoredContent } from './content.ts';
import { StorageError } from './errors.ts';
import type { ObjectStore, PutOptions } from './object-store.ts';
import { renew } from './renewal.ts';

/** Options of {@link putContentStream}. */
export interface StreamOptions extends PutOptions {
  /** More bytes than this are refused as soon as they come. */
  readonly maxBytes: number;
  /** Folder for the temporary file. @default the system's */
  readonly spoolFolder?: string;
}

/**
 * Store a stream under its own digest. Memory stays at a few pieces; the disk of the temporary folder holds all of it meanwhile.
 *
 * @throws StorageError TOO_LARGE; whatever the source throws; and then nothing is stored
 */
export async function putContentStream(
  store: ObjectStore,
  source: AsyncIterable<Uint8Array>,
  options: StreamOptions,
): Promise<StoredContent> {
  const { maxBytes, spoolFolder = tmpdir(), ...put } = options;
  const folder = await mkdtemp(join(spoolFolder, 'colloid-upload-'));
  const file = join(folder, 'content');
  try {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    await pipeline(
      source,
      async function* (pieces: AsyncIterable<Uint8Array>) {
        for await (const piece of pieces) {
          sizeBytes += piece.byteLength;
          if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
          hash.update(piece);
          yield piece;
        }
      },
      createWriteStream(file, { mode: 0o600 }),
      ...(put.signal === undefined ? [] : [{ signal: put.signal }]),
    );
    const digest = hash.digest('hex');
    const key = contentKey(digest);
    await renew(store, key, { ...put, sizeBytes, body: () => piecesOf(file) });
    return { digest, key, sizeBytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Write content to a file and verify it.
 *
 * @throws StorageError NOT_FOUND, or CORRUPT when the bytes have another digest; the file is then of no use
 */
export async function getContentFile(
  store: ObjectStore,
  digest: string,
  file: string,
): Promise<void> {
  const key = contentKey(digest);
  const hash = createHash('sha256');
  await pipeline(
    await store.stream(key),
    async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        hash.update(piece);
        yield piece;
      }
    },
    createWriteStream(file, { mode: 0o600 }),
  );
  const actual = hash.digest('hex');
  if (actual !== digest)
    throw new StorageError(
      'CORRUPT',
      `'${key}' has SHA-256 ${actual}, not the one in its name; restore it from a backup, or upload the file again.`,
      { key },
    );
}

/** A file that is opened when its first piece is wanted: whoever is stopped before that has nothing to close. */
async function* piecesOf(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file) as AsyncIterable<Uint8Array>;
}

function tooLarge(maxBytes: number): StorageError {
  return new StorageError(
    'TOO_LARGE',
    `The content has more than ${maxBytes} bytes, which is the most here; make it smaller.`,
  );
}
