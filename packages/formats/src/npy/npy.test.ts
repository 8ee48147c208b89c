import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isFormatError } from '../errors.ts';
import type { FormatErrorCode } from '../errors.ts';
import type { NpyData } from './dtypes.ts';
import { decodeNpy, encodeNpy } from './npy.ts';

/** A file as NumPy writes it, with the header text given. */
function npyFile(header: string, data: Uint8Array, version = 1): Uint8Array {
  const length = version === 1 ? Buffer.alloc(2) : Buffer.alloc(4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]);
  return Buffer.concat([magic, length, Buffer.from(header, 'latin1'), data]);
}

function codeOf(bytes: Uint8Array): FormatErrorCode | 'no error' {
  try {
    decodeNpy(bytes);
    return 'no error';
  } catch (error) {
    if (isFormatError(error)) return error.code;
    throw error;
  }
}

const shapeOf = (length: number): fc.Arbitrary<readonly number[]> =>
  fc.constantFrom([length], [1, length], [length, 1], [length, 1, 1]);

const arrays: fc.Arbitrary<NpyData> = fc.oneof(
  fc.float32Array(),
  fc.float64Array(),
  fc.int32Array(),
  fc.bigInt64Array(),
  fc.uint8Array(),
);

describe('npy files', () => {
  it('give back every array of every element type, bit for bit', () => {
    fc.assert(
      fc.property(
        arrays.chain((data) => fc.tuple(fc.constant(data), shapeOf(data.length))),
        ([data, shape]) => {
          const bytes = encodeNpy(data, shape);
          const decoded = decodeNpy(bytes);
          expect(decoded.shape).toEqual(shape);
          expect(decoded.data.constructor).toBe(data.constructor);
          const view = (array: NpyData) =>
            Buffer.from(array.buffer, array.byteOffset, array.byteLength);
          expect(Buffer.compare(view(decoded.data), view(data))).toBe(0);
          expect((bytes.byteLength - data.byteLength) % 64).toBe(0);
        },
      ),
      { seed: 1 },
    );
  });

  it('are byte for byte what numpy.save writes', () => {
    // numpy.save of numpy.arange(6, dtype='float32').reshape(2, 3), NumPy 1.9 and later
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117) + '\n';
    const data = new Float32Array([0, 1, 2, 3, 4, 5]);
    const expected = npyFile(header, new Uint8Array(data.buffer));
    expect(Buffer.compare(encodeNpy(data, [2, 3]), expected)).toBe(0);
  });

  it('are read from the middle of other bytes, where nothing is aligned', () => {
    const bytes = encodeNpy(new Float64Array([Math.PI, -0]), [2]);
    const shifted = new Uint8Array(bytes.byteLength + 3);
    shifted.set(bytes, 3);
    expect(decodeNpy(shifted.subarray(3)).data).toEqual(new Float64Array([Math.PI, -0]));
  });

  it('are read in version 2.0, and with the dictionary in another order', () => {
    const header = `{"shape": (1L, ), 'fortran_order': False, 'descr': '<i4'}   \n`;
    const decoded = decodeNpy(npyFile(header, Uint8Array.of(7, 0, 0, 0), 2));
    expect(decoded).toEqual({ dtype: 'int32', shape: [1], data: Int32Array.of(7) });
  });

  it('hold a single number with the shape ()', () => {
    expect(decodeNpy(encodeNpy(Int32Array.of(3), []))).toMatchObject({ shape: [] });
  });

  it('with fewer or more bytes than their shape are refused', () => {
    const bytes = encodeNpy(new Float32Array(4), [4]);
    expect(codeOf(bytes.subarray(0, -1))).toBe('INVALID_NPY');
    expect(codeOf(Buffer.concat([bytes, Buffer.of(0)]))).toBe('INVALID_NPY');
  });

  it.each([
    ['{"descr": "<f4", "fortran_order": False, "shape": (99999999, 99999999, 99999999)}'],
    ['{"descr": "<f4", "fortran_order": False, "shape": (-1,)}'],
    ['{"descr": "<f4", "fortran_order": False, "shape": (1,,2)}'],
    ['{"descr": "<f4", "fortran_order": False}'],
    ['{"descr": "<f4", "fortran_order": __import__("os"), "shape": (1,)}'],
    [`{"descr": "<f4", "fortran_order": False, "shape": (${'1,'.repeat(40)})}`],
    ['not a dictionary'],
    [''],
  ])('with the header %s are refused', (header) => {
    expect(codeOf(npyFile(header, new Uint8Array(4)))).toBe('INVALID_NPY');
  });

  it.each([
    ["{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}", 'little-endian'],
    ["{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", 'convert it to one of float32'],
    ["{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}", 'numpy.ascontiguousarray'],
    ["{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", 'named fields'],
  ])('with the header %s are refused with what to do', (header, sentence) => {
    const read = (): unknown => decodeNpy(npyFile(header, new Uint8Array(4)));
    expect(read).toThrow(sentence);
  });

  it('never make the reader fail in another way, whatever the bytes', () => {
    const bytes = encodeNpy(new Float32Array([1, 2, 3]), [3]);
    const change = fc.tuple(fc.nat(bytes.byteLength - 1), fc.nat(255), fc.nat(bytes.byteLength));
    fc.assert(
      fc.property(change, ([position, value, length]) => {
        const damaged = bytes.slice(0, length);
        if (position < length) damaged[position] = value;
        codeOf(damaged); // throws when the error is no FormatError
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  it('are not written with a shape that does not fit the array', () => {
    expect(() => encodeNpy(new Float32Array(5), [2, 3])).toThrow(
      'Shape [2, 3] has 6 elements, but the array has 5.',
    );
    expect(() => encodeNpy(new Float32Array(1), [-1, -1])).toThrow('is no shape');
  });
});
