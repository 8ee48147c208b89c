/** @file Reads a vector of floating-point numbers from an npy file. */

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;

/**
 * @param bytes an npy file, version 1 to 3, of little-endian float32 or float64 in C order
 * @returns its numbers, whatever its shape, as float32
 * @throws Error with one clause saying what is wrong; the caller names the file
 */
export function readNpyVector(bytes: Uint8Array): Float32Array {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new Error('is not an npy file');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (bytes[6] ?? 1) > 1;
  const headerSize = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = (wide ? 12 : 10) + headerSize;
  if (start > bytes.length) throw new Error('ends within its header');
  const header = new TextDecoder('latin1').decode(bytes.subarray(wide ? 12 : 10, start));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  if (descr !== '<f4' && descr !== '<f8') {
    throw new Error(`holds '${descr ?? 'unknown'}' where '<f4' or '<f8' is needed`);
  }
  const size = descr === '<f4' ? 4 : 8;
  const count = Math.floor((bytes.length - start) / size);
  return Float32Array.from({ length: count }, (_, i) =>
    size === 4 ? view.getFloat32(start + 4 * i, true) : view.getFloat64(start + 8 * i, true),
  );
}
