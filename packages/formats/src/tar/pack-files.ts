/** @file Files of any names in a tar that is written as it is read, in the way of POSIX: for a folder on its way somewhere. */
import { FormatError } from '../errors.ts';
import { END_BYTES } from './shard-writer.ts';
import { headerBlock, tarPaddingBytes } from './tar-header.ts';

/** A file for {@link packFiles}, or a link, of which only the fact is told. */
export interface PackedFile {
  /** Relative path with slashes. */
  readonly name: string;
  readonly sizeBytes: number;
  /** The content in pieces, `sizeBytes` in all; null for a link. */
  readonly read: (() => AsyncIterable<Uint8Array>) | null;
}

/** Longest name that a header holds by itself. */
const MOST_NAME_BYTES = 100;
const KINDS = { file: '0', link: '2', extended: 'x' } as const;

/**
 * The tar of these files in their order; no time, user or machine is in it. Memory holds a few pieces.
 *
 * @throws FormatError INVALID_ARGUMENT where a file is not as long as was said; what reading a file throws
 */
export async function* packFiles(files: Iterable<PackedFile>): AsyncGenerator<Uint8Array> {
  for (const { name, sizeBytes, read } of files) {
    yield* headers(
      name,
      read === null ? { kind: 'link', sizeBytes: 0 } : { kind: 'file', sizeBytes },
    );
    if (read === null) continue;
    let left = sizeBytes;
    for await (const piece of read()) {
      left -= piece.byteLength;
      if (left < 0) break;
      yield piece;
    }
    if (left !== 0) {
      throw new FormatError(
        'INVALID_ARGUMENT',
        `The size of '${name}' is not the ${sizeBytes} bytes that were said; it was changed meanwhile, so pack it again.`,
      );
    }
    yield new Uint8Array(tarPaddingBytes(sizeBytes));
  }
  yield new Uint8Array(END_BYTES);
}

/** A name that a header cannot hold stands in full in one of the extended kind before it. */
function* headers(
  name: string,
  { kind, sizeBytes }: { readonly kind: 'file' | 'link'; readonly sizeBytes: number },
): Generator<Uint8Array> {
  if (/^[\x20-\x7e]+$/.test(name) && name.length <= MOST_NAME_BYTES) {
    yield headerBlock(name, sizeBytes, KINDS[kind]);
    return;
  }
  const record = extendedRecord(name);
  yield headerBlock('name', record.byteLength, KINDS.extended);
  yield record;
  yield new Uint8Array(tarPaddingBytes(record.byteLength));
  yield headerBlock('file', sizeBytes, KINDS[kind]);
}

/** `<length> path=<name>\n`, where the length counts its own digits too. */
function extendedRecord(name: string): Uint8Array {
  const body = Buffer.from(` path=${name}\n`);
  let length = body.length + 1;
  while (String(length).length + body.length !== length)
    length = String(length).length + body.length;
  return Buffer.concat([Buffer.from(String(length)), body]);
}
