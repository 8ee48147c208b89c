/** @file The files of a tar that comes as a stream, one at a time in memory. */
import { pipeline } from 'node:stream/promises';

import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';

import { FormatError } from '../errors.ts';

/** One file of a tar. */
export interface TarFile {
  readonly name: string;
  /** Of the file's first byte, from the beginning of the tar, in bytes. */
  readonly offset: number;
  /** The reader's own; to be copied where it is kept. */
  readonly bytes: Uint8Array;
}

/** tar-stream 3.2 gives the place of the data, which its types leave out. */
interface PlacedHeader extends Header {
  readonly byteOffset: number;
}

/**
 * Read a tar file by file; folders and links are left out. Memory holds one file and a few pieces of the stream.
 *
 * @throws FormatError INVALID_TAR when the bytes are no tar, or end inside a file; what `source` throws
 * @example
 * for await (const { name, bytes } of readTarFiles(await store.stream(key))) sizes.set(name, bytes.byteLength);
 */
export async function* readTarFiles(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const reader = extract();
  let sourceError: { readonly error: unknown } | null = null;
  const guarded = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      sourceError = { error };
      throw error;
    }
  };
  const feeding = pipeline(guarded, reader);
  // It fails too when nobody reads on; what matters of it comes out of the reader.
  feeding.catch(() => undefined);
  try {
    for await (const file of reader) {
      const { name, type, size, byteOffset } = file.header as PlacedHeader;
      const parts: Uint8Array[] = [];
      for await (const part of file) parts.push(part as Uint8Array);
      if (type !== 'file') continue;
      const bytes = Buffer.concat(parts);
      if (bytes.byteLength !== size) throw new RangeError(`'${name}' is cut off`);
      yield { name, offset: byteOffset, bytes };
    }
    await feeding;
  } catch (error) {
    const failed = sourceError as { readonly error: unknown } | null;
    if (failed !== null) throw failed.error;
    throw new FormatError(
      'INVALID_TAR',
      `The bytes are no whole tar file (${error instanceof Error ? error.message : String(error)}); fetch or build the shard again.`,
      error,
    );
  }
}
