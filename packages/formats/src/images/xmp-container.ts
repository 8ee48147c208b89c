/**
 * @file Where XMP lies in PNG, JPEG and WebP files: it is replaced there, and no other byte changes. By Adobe's XMP specification,
 * part 3 (PNG: an iTXt chunk; JPEG: an APP1 segment) and Google's WebP container specification (a VP8X header, a chunk 'XMP ').
 */
import { FormatError } from '../errors.ts';
import type { ImageFormat } from './encode.ts';
import { internationalChunk, isXmpChunk, pngChunks } from './png-xmp.ts';

const JPEG_XMP = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1');
/** Markers of JPEG: start of image, an application's segments (0 and 1), start of the scan. */
const JPEG = { soi: 0xd8, app0: 0xe0, app1: 0xe1, sos: 0xda } as const;
/** Two bytes say how long a segment is, themselves counted. */
const MOST_SEGMENT_BYTES = 65_535;
const WEBP_FLAGS = { alpha: 0x10, xmp: 0x04 } as const;

/** The same file with `xmp` in place of what XMP it had. @throws FormatError INVALID_IMAGE */
export function withXmp(
  bytes: Uint8Array,
  image: {
    readonly format: ImageFormat;
    readonly xmp: string;
    /** Of the picture in pixels, and whether it has transparency. */
    readonly size: { readonly width: number; readonly height: number; readonly hasAlpha: boolean };
  },
): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const xmp = Buffer.from(image.xmp, 'utf8');
  switch (image.format) {
    case 'png':
      return pngWithXmp(file, xmp);
    case 'jpeg':
      return jpegWithXmp(file, xmp);
    case 'webp':
      return webpWithXmp(file, xmp, image.size);
  }
}

/** Behind the header, where readers that stop at the pixels find it. */
function pngWithXmp(file: Buffer, xmp: Buffer): Buffer {
  const { signature, chunks } = pngChunks(file);
  const [header = Buffer.alloc(0), ...rest] = chunks;
  const kept = rest.filter((chunk) => !isXmpChunk(chunk));
  return Buffer.concat([signature, header, internationalChunk(xmp), ...kept]);
}

function jpegWithXmp(file: Buffer, xmp: Buffer): Buffer {
  const length = 2 + JPEG_XMP.length + xmp.length;
  if (length > MOST_SEGMENT_BYTES) {
    throw invalid(`Its metadata has ${xmp.length} bytes, too many for a JPEG with the mark`);
  }
  const segment = Buffer.from([0xff, JPEG.app1, length >> 8, length & 0xff]);
  const before: Buffer[] = [];
  const after: Buffer[] = [];
  let at = 2;
  if (file[0] !== 0xff || file[1] !== JPEG.soi) throw invalid('It is no JPEG');
  for (;;) {
    if (at + 4 > file.length || file[at] !== 0xff) throw invalid('Its segments are damaged');
    const marker = file[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // A fill byte.
      continue;
    }
    if (marker === JPEG.sos) break;
    const end = at + 2 + file.readUInt16BE(at + 2);
    const own = file.subarray(at, end);
    const isXmp = marker === JPEG.app1 && own.subarray(4, 4 + JPEG_XMP.length).equals(JPEG_XMP);
    // What says that it is a JPEG comes first.
    if (!isXmp) (marker === JPEG.app0 && after.length === 0 ? before : after).push(own);
    at = end;
  }
  return Buffer.concat([
    file.subarray(0, 2),
    ...before,
    segment,
    JPEG_XMP,
    xmp,
    ...after,
    file.subarray(at),
  ]);
}

function webpWithXmp(
  file: Buffer,
  xmp: Buffer,
  size: { readonly width: number; readonly height: number; readonly hasAlpha: boolean },
): Buffer {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WEBP') {
    throw invalid('It is no WebP');
  }
  let header: Buffer | null = null;
  const kept: Buffer[] = [];
  for (let at = 12; at + 8 <= file.length;) {
    const content = file.readUInt32LE(at + 4);
    const end = at + 8 + content + (content % 2);
    const kind = file.toString('latin1', at, at + 4);
    if (kind === 'VP8X') header = Buffer.from(file.subarray(at + 8, at + 8 + content));
    else if (kind !== 'XMP ') kept.push(file.subarray(at, end));
    at = end;
  }
  header ??= extendedHeader(size);
  header[0] = (header[0] ?? 0) | WEBP_FLAGS.xmp;
  const body = Buffer.concat([riffChunk('VP8X', header), ...kept, riffChunk('XMP ', xmp)]);
  const start = Buffer.alloc(12);
  start.write('RIFF', 0, 'latin1');
  start.writeUInt32LE(4 + body.length, 4);
  start.write('WEBP', 8, 'latin1');
  return Buffer.concat([start, body]);
}

/** Flags, three bytes that are 0, and the size of the canvas less one, 24 bits each. */
function extendedHeader(size: {
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
}): Buffer {
  const header = Buffer.alloc(10);
  header[0] = size.hasAlpha ? WEBP_FLAGS.alpha : 0;
  header.writeUIntLE(size.width - 1, 4, 3);
  header.writeUIntLE(size.height - 1, 7, 3);
  return header;
}

function riffChunk(kind: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(kind, 0, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

function invalid(text: string): FormatError {
  return new FormatError('INVALID_IMAGE', `${text}; save it anew, or leave it out.`);
}
