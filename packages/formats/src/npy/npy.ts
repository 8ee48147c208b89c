/**
 * @file NumPy's array files, versions 1.0 and 2.0, in C order and little-endian.
 *
 * Layout: `\x93NUMPY`, two version bytes, the header's length (2 bytes in version 1, 4 in version
 * 2, little-endian), the header (a Python dictionary as text, padded with spaces and ended by a
 * newline so that the data begin at a multiple of 64), then the elements.
 */
import { FormatError } from '../errors.ts';
import { DTYPE_NAMES, DTYPES } from './dtypes.ts';
import type { NpyData, NpyDtype } from './dtypes.ts';
import { parseHeader } from './header.ts';

/** An array read from an npy file. */
export interface NpyArray {
  readonly dtype: NpyDtype;
  /** Sizes of the dimensions, outermost first; empty for a single number. */
  readonly shape: readonly number[];
  /** Elements in C order: the last dimension varies fastest. Owned by the caller. */
  readonly data: NpyData;
}

const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
const ALIGNMENT = 64;
const MAX_DIMENSIONS = 32;

/**
 * Write an array as an npy file. The same array always gives the same bytes.
 *
 * @throws FormatError INVALID_ARGUMENT when `shape` does not have as many elements as `data`
 * @example
 * const bytes = encodeNpy(latents, [identities, 64]); // np.load gives float32 [identities, 64]
 */
export function encodeNpy(data: NpyData, shape: readonly number[]): Uint8Array {
  const dtype = DTYPE_NAMES.find((name) => DTYPES[name].holds(data));
  if (dtype === undefined)
    throw new FormatError(
      'INVALID_ARGUMENT',
      `An npy file holds ${DTYPE_NAMES.join(', ')}, not a ${Object.prototype.toString.call(data)}.`,
    );
  const elements = elementCount(shape, 'INVALID_ARGUMENT');
  if (elements !== data.length)
    throw new FormatError(
      'INVALID_ARGUMENT',
      `Shape [${shape.join(', ')}] has ${elements} elements, but the array has ${data.length}.`,
    );
  const head = encodeHead(DTYPES[dtype].descr, shape);
  const bytes = new Uint8Array(head.byteLength + data.byteLength);
  bytes.set(head);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), head.byteLength);
  return bytes;
}

/**
 * Read an npy file.
 *
 * @throws FormatError INVALID_NPY for bytes that are no whole npy file, UNSUPPORTED_NPY for another
 *   element type, byte order or Fortran order
 */
export function decodeNpy(bytes: Uint8Array): NpyArray {
  const { text, dataOffset } = splitHead(bytes);
  const header = parseHeader(text);
  const dtype = DTYPE_NAMES.find((name) => DTYPES[name].descr === header.descr);
  if (dtype === undefined)
    throw new FormatError(
      'UNSUPPORTED_NPY',
      `The npy file has elements of type '${header.descr}'; convert it to one of ${DTYPE_NAMES.join(', ')}, little-endian.`,
    );
  if (header.fortranOrder)
    throw new FormatError(
      'UNSUPPORTED_NPY',
      'The npy file is in Fortran order; save numpy.ascontiguousarray of the array instead.',
    );
  const elements = elementCount(header.shape, 'INVALID_NPY');
  const expectedBytes = elements * DTYPES[dtype].itemBytes;
  const dataBytes = bytes.byteLength - dataOffset;
  if (dataBytes !== expectedBytes)
    throw new FormatError(
      'INVALID_NPY',
      `The npy file says ${dtype} [${header.shape.join(', ')}], which is ${expectedBytes} bytes, but ${dataBytes} bytes follow; the file is cut off or damaged.`,
    );
  // Copied: the data need not be aligned in `bytes`.
  const buffer = new ArrayBuffer(expectedBytes);
  new Uint8Array(buffer).set(bytes.subarray(dataOffset));
  return { dtype, shape: header.shape, data: DTYPES[dtype].over(buffer) };
}

function encodeHead(descr: string, shape: readonly number[]): Uint8Array {
  // A Python tuple of one has a comma of its own.
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // At most 32 dimensions of 16 digits: always within version 1.0.
  const prefixBytes = MAGIC.byteLength + 4;
  const headBytes = Math.ceil((prefixBytes + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const head = new Uint8Array(headBytes).fill(0x20);
  head.set(MAGIC);
  head.set([1, 0], MAGIC.byteLength);
  new DataView(head.buffer).setUint16(MAGIC.byteLength + 2, headBytes - prefixBytes, true);
  head.set(new TextEncoder().encode(text), prefixBytes);
  head[headBytes - 1] = 0x0a;
  return head;
}

function splitHead(bytes: Uint8Array): { readonly text: string; readonly dataOffset: number } {
  if (bytes.byteLength < 10 || MAGIC.some((byte, index) => bytes[index] !== byte))
    throw new FormatError(
      'INVALID_NPY',
      'These bytes are no npy file: it would begin with \\x93NUMPY. Save the array with numpy.save.',
    );
  const version = bytes[6];
  if (version !== 1 && version !== 2)
    throw new FormatError(
      'UNSUPPORTED_NPY',
      `The npy file has version ${version}.${bytes[7]}; versions 1.0 and 2.0 can be read.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (version === 2 && bytes.byteLength < 12) throw cutOffHead();
  const headerOffset = version === 1 ? 10 : 12;
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataOffset = headerOffset + headerBytes;
  if (dataOffset > bytes.byteLength) throw cutOffHead();
  return {
    text: Buffer.from(bytes.subarray(headerOffset, dataOffset)).toString('latin1'),
    dataOffset,
  };
}

function elementCount(shape: readonly number[], code: 'INVALID_ARGUMENT' | 'INVALID_NPY'): number {
  if (shape.length > MAX_DIMENSIONS)
    throw new FormatError(
      code,
      `A shape of ${shape.length} dimensions is too many; at most ${MAX_DIMENSIONS} are possible.`,
    );
  const count = shape.reduce((product, size) => product * size, 1);
  const isValid = shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isValid || !Number.isSafeInteger(count))
    throw new FormatError(
      code,
      `[${shape.join(', ')}] is no shape: sizes must be whole numbers, 0 or more, with a product below 2^53.`,
    );
  return count;
}

function cutOffHead(): FormatError {
  return new FormatError('INVALID_NPY', 'The npy file ends inside its header; it is cut off.');
}
