/** @file The header of a file in a tar, so that a tar can be laid out before any of it is read: the bytes that {@link ShardWriter} writes. */
import { FormatError } from '../errors.ts';
import { checkName } from './shard-writer.ts';

/** Headers and contents begin at multiples of this, bytes. */
export const TAR_BLOCK_BYTES = 512;

/** Largest size that eleven octal digits hold. */
const MOST_BYTES = 8 ** 11 - 1;
const CHECKSUM = { at: 148, length: 8 } as const;

/**
 * The 512 bytes before a file's content: no time, user or machine in them.
 *
 * @throws FormatError INVALID_ARGUMENT for a name that a shard cannot hold, or a size that no header can say
 */
export function tarHeader(name: string, sizeBytes: number): Uint8Array {
  checkName(name);
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > MOST_BYTES)
    throw new FormatError(
      'INVALID_ARGUMENT',
      `'${name}' has ${sizeBytes} bytes; a file in a tar has 0 to ${MOST_BYTES}.`,
    );
  return headerBlock(name, sizeBytes, '0');
}

/** The header of an entry of a kind, by its character in POSIX's table; the name has at most 100 ASCII characters. */
export function headerBlock(name: string, sizeBytes: number, kind: '0' | '2' | 'x'): Uint8Array {
  const header = Buffer.alloc(TAR_BLOCK_BYTES);
  header.write(name, 0, 'latin1');
  const octal = (value: number, digits: number): string =>
    `${value.toString(8).padStart(digits, '0')} `;
  header.write(octal(0o644, 6), 100);
  header.write(octal(0, 6), 108);
  header.write(octal(0, 6), 116);
  header.write(octal(sizeBytes, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(kind, 156);
  header.write('ustar\0', 257, 'latin1');
  header.write('00', 263);
  header.write(octal(0, 6), 329);
  header.write(octal(0, 6), 337);
  header.write(octal(checksum(header), 6), CHECKSUM.at);
  return new Uint8Array(header);
}

/** Zeros that follow a content of that size up to the next block. */
export function tarPaddingBytes(sizeBytes: number): number {
  return (TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}

/** Sum of all bytes, those of the sum itself counted as spaces. */
function checksum(header: Uint8Array): number {
  let sum = CHECKSUM.length * 32;
  for (const [index, byte] of header.entries())
    if (index < CHECKSUM.at || index >= CHECKSUM.at + CHECKSUM.length) sum += byte;
  return sum;
}
