/** @file What is in a tar that comes as a stream: all of its entries, or its files one at a time in memory. */
import { pipeline } from 'node:stream/promises';

import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';

import { FormatError } from '../errors.ts';
import { END_BYTES } from './shard-writer.ts';

/** One file of a tar. */
export interface TarFile {
  readonly name: string;
  /** Of the file's first byte, from the beginning of the tar, in bytes. */
  readonly offset: number;
  /** The reader's own; to be copied where it is kept. */
  readonly bytes: Uint8Array;
}

/** Anything in a tar. */
export interface TarEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Of its first byte, from the beginning of the tar, in bytes. */
  readonly offset: number;
  readonly sizeBytes: number;
  /** The content, where it was asked for; the reader's own. */
  readonly bytes: Uint8Array | null;
}

/** Options of {@link readTarEntries}. */
export interface TarEntryOptions {
  /** Whether the content of a file is wanted; it is then in memory as a whole. */
  readonly wants: (file: { readonly name: string; readonly sizeBytes: number }) => boolean;
  /** Whether a tar without the zeros at its end is refused: one that was cut off between two files lacks them. @default false */
  readonly needsEnd?: boolean;
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
  for await (const { name, offset, bytes } of readTarEntries(source, { wants: () => true })) {
    if (bytes !== null) yield { name, offset, bytes };
  }
}

/**
 * List everything in a tar. Memory holds the content of one file, if it is wanted, and a few pieces of the stream.
 *
 * @throws FormatError INVALID_TAR when the bytes are no tar, or not all of it; what `source` throws
 */
export async function* readTarEntries(
  source: AsyncIterable<Uint8Array>,
  { wants, needsEnd = false }: TarEntryOptions,
): AsyncGenerator<TarEntry> {
  const reader = extract();
  let sourceError: { readonly error: unknown } | null = null;
  let zerosAtEnd = 0;
  const guarded = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of source) {
        zerosAtEnd = countZerosAtEnd(piece, zerosAtEnd);
        yield piece;
      }
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
      const { name, type, size, byteOffset: offset } = file.header as PlacedHeader;
      const kind = kindOf(type);
      const isWanted = kind === 'file' && wants({ name, sizeBytes: size });
      const parts: Uint8Array[] = [];
      let read = 0;
      for await (const part of file as AsyncIterable<Uint8Array>) {
        read += part.byteLength;
        if (isWanted) parts.push(part);
      }
      if (read !== size) throw new RangeError(`'${name}' is cut off`);
      yield { name, kind, offset, sizeBytes: size, bytes: isWanted ? Buffer.concat(parts) : null };
    }
    await feeding;
    if (needsEnd && zerosAtEnd < END_BYTES) throw new RangeError('its end is missing');
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

function kindOf(type: Header['type']): TarEntry['kind'] {
  switch (type) {
    case 'file':
    case 'contiguous-file':
      return 'file';
    case 'directory':
      return 'folder';
    case 'link':
    case 'symlink':
      return 'link';
    default:
      return 'other';
  }
}

/** How many zeros the stream ends with so far, as far as the end of a tar asks. */
function countZerosAtEnd(piece: Uint8Array, before: number): number {
  let count = 0;
  while (count < END_BYTES && count < piece.byteLength && piece.at(-1 - count) === 0) count += 1;
  return count === piece.byteLength ? Math.min(END_BYTES, before + count) : count;
}
