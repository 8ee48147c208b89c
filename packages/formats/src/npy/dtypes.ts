/** @file The element types of npy files that Colloid reads and writes. */

/** An array that an npy file can hold. */
export type NpyData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** Names of the element types. */
export type NpyDtype = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8';

interface DtypeInfo {
  /** NumPy's type string; `<` is little-endian, `|` has no byte order. */
  readonly descr: string;
  readonly itemBytes: number;
  /** An array over bytes that belong to nobody else. */
  readonly over: (buffer: ArrayBuffer) => NpyData;
  readonly holds: (data: NpyData) => boolean;
}

/** Everything about each element type, in one table. */
export const DTYPES: Readonly<Record<NpyDtype, DtypeInfo>> = {
  float32: {
    descr: '<f4',
    itemBytes: 4,
    over: (buffer) => new Float32Array(buffer),
    holds: (data) => data instanceof Float32Array,
  },
  float64: {
    descr: '<f8',
    itemBytes: 8,
    over: (buffer) => new Float64Array(buffer),
    holds: (data) => data instanceof Float64Array,
  },
  int32: {
    descr: '<i4',
    itemBytes: 4,
    over: (buffer) => new Int32Array(buffer),
    holds: (data) => data instanceof Int32Array,
  },
  int64: {
    descr: '<i8',
    itemBytes: 8,
    over: (buffer) => new BigInt64Array(buffer),
    holds: (data) => data instanceof BigInt64Array,
  },
  uint8: {
    descr: '|u1',
    itemBytes: 1,
    over: (buffer) => new Uint8Array(buffer),
    holds: (data) => data instanceof Uint8Array,
  },
};

/** All names, in a fixed order. */
export const DTYPE_NAMES = Object.keys(DTYPES) as readonly NpyDtype[];
