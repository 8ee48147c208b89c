/** @file The place of every file in a tar that exists already. */
import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';

import { FormatError } from '../errors.ts';
import { END_BYTES } from './shard-writer.ts';
import type { ShardEntry, ShardIndex } from './shard-writer.ts';

/**
 * Find the files of a tar, also of one that another program wrote (GNU and POSIX long names are
 * understood; folders and links are left out).
 *
 * @throws FormatError INVALID_TAR when the bytes are no tar, or end inside a file
 */
export async function readShardIndex(bytes: Uint8Array): Promise<ShardIndex> {
  if (bytes.byteLength < END_BYTES || bytes.subarray(-END_BYTES).some((byte) => byte !== 0))
    throw new FormatError(
      'INVALID_TAR',
      'The bytes do not end like a tar file does; the shard is cut off or no tar file, fetch or build it again.',
    );
  const reader = extract();
  const entries: ShardEntry[] = [];
  reader.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  try {
    for await (const file of reader) {
      const { name, type, size, byteOffset } = file.header as PlacedHeader;
      if (byteOffset + size > bytes.byteLength) throw new RangeError(`'${name}' is cut off`);
      if (type === 'file') entries.push({ name, offset: byteOffset, length: size });
      file.resume();
    }
  } catch (error) {
    throw new FormatError(
      'INVALID_TAR',
      `The bytes are no whole tar file (${error instanceof Error ? error.message : String(error)}); fetch or build the shard again.`,
      error,
    );
  }
  return { entries, sizeBytes: bytes.byteLength };
}

/** tar-stream 3.2 gives the place of the data, which its types leave out. */
interface PlacedHeader extends Header {
  readonly byteOffset: number;
}
