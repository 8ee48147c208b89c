/**
 * @file XMP in PNG files where its specification wants it. The encoder (libvips 8.18) writes a compressed `zTXt` chunk,
 * whose text is Latin-1 by the PNG standard, so that strict readers find no XMP; Adobe's XMP specification, part 3 (1.1.5), asks for an
 * `iTXt` chunk that is not compressed.
 */
import { crc32, inflateSync } from 'node:zlib';

const SIGNATURE_BYTES = 8;
/** Length, type and check sum of a chunk. */
const OVERHEAD_BYTES = 12;
const KEYWORD = 'XML:com.adobe.xmp\0';
/** Not compressed, no language, no translated keyword. */
const PLAIN = '\0\0\0\0';

/** The same PNG with its XMP in an `iTXt` chunk; one without XMP, or with it there already, stays as it is. */
export function withInternationalXmp(png: Buffer): Buffer {
  const parts: Buffer[] = [png.subarray(0, SIGNATURE_BYTES)];
  for (let at = SIGNATURE_BYTES; at + OVERHEAD_BYTES <= png.length;) {
    const end = at + OVERHEAD_BYTES + png.readUInt32BE(at);
    const chunk = png.subarray(at, end);
    const xmp = xmpOf(chunk);
    parts.push(xmp === null ? chunk : internationalChunk(xmp));
    at = end;
  }
  return Buffer.concat(parts);
}

/** The XMP in a chunk that is compressed text; null for any other chunk. */
function xmpOf(chunk: Buffer): Buffer | null {
  const begin = `zTXt${KEYWORD}`;
  if (chunk.toString('latin1', 4, 4 + begin.length) !== begin) return null;
  // After the keyword stands the method of compression, of which there is one.
  return inflateSync(chunk.subarray(4 + begin.length + 1, -4));
}

function internationalChunk(xmp: Buffer): Buffer {
  const data = Buffer.concat([Buffer.from(`iTXt${KEYWORD}${PLAIN}`, 'latin1'), xmp]);
  const chunk = Buffer.alloc(data.length + 8);
  chunk.writeUInt32BE(data.length - 4, 0);
  data.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(data), data.length + 4);
  return chunk;
}
