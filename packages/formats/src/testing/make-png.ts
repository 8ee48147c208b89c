/** @file Writes PNG files for tests that say nothing of themselves: what the encoder of this package writes carries its mark. */
import { crc32, deflateSync } from 'node:zlib';

/** A plain image of one colour. @param claim width and height that it says it has, for files that lie */
export function makePng(
  color: readonly [number, number, number],
  size: { readonly width: number; readonly height: number },
  claim = size,
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(claim.width, 0);
  header.writeUInt32BE(claim.height, 4);
  header.set([8, 2, 0, 0, 0], 8); // Eight bits of red, green and blue.
  // Each row begins with the number of its filter: none.
  const row = [0, ...Array.from({ length: size.width }, () => color).flat()];
  const pixels = Buffer.from(Array.from({ length: size.height }, () => row).flat());
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(kind: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), content]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(content.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}
