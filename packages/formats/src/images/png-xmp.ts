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
  const { signature, chunks } = pngChunks(png);
  const parts = chunks.map((chunk) => {
    const xmp = xmpOf(chunk);
    return xmp === null ? chunk : internationalChunk(xmp);
  });
  return Buffer.concat([signature, ...parts]);
}

/** The parts of a PNG, each a view of it; bytes behind the last whole chunk are left out. */
export function pngChunks(png: Buffer): {
  readonly signature: Buffer;
  readonly chunks: readonly Buffer[];
} {
  const chunks: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at + OVERHEAD_BYTES <= png.length;) {
    const end = at + OVERHEAD_BYTES + png.readUInt32BE(at);
    chunks.push(png.subarray(at, end));
    at = end;
  }
  return { signature: png.subarray(0, SIGNATURE_BYTES), chunks };
}

/** Whether a chunk is text under the keyword of XMP, compressed or not. */
export function isXmpChunk(chunk: Buffer): boolean {
  const kind = chunk.toString('latin1', 4, 8);
  const keyword = chunk.toString('latin1', 8, 8 + KEYWORD.length);
  return ['iTXt', 'zTXt', 'tEXt'].includes(kind) && keyword === KEYWORD;
}

/** The XMP in a chunk that is compressed text; null for any other chunk. */
function xmpOf(chunk: Buffer): Buffer | null {
  const begin = `zTXt${KEYWORD}`;
  if (chunk.toString('latin1', 4, 4 + begin.length) !== begin) return null;
  // After the keyword stands the method of compression, of which there is one.
  return inflateSync(chunk.subarray(4 + begin.length + 1, -4));
}

/** A chunk with that XMP, as text of any language. */
export function internationalChunk(xmp: Buffer): Buffer {
  const data = Buffer.concat([Buffer.from(`iTXt${KEYWORD}${PLAIN}`, 'latin1'), xmp]);
  const chunk = Buffer.alloc(data.length + 8);
  chunk.writeUInt32BE(data.length - 4, 0);
  data.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(data), data.length + 4);
  return chunk;
}
