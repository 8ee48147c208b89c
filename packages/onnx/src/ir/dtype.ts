/** @file Element types: the ONNX codes that Colloid takes, their arrays and sizes. */
import { ModelFormatError } from '../errors.ts';

export type DType =
  'float32' | 'float64' | 'float16' | 'int64' | 'int32' | 'int8' | 'uint8' | 'bool';

export type TensorData =
  Float32Array | Float64Array | Uint16Array | BigInt64Array | Int32Array | Int8Array | Uint8Array;

interface DTypeInfo {
  readonly code: number;
  readonly sizeBytes: number;
  readonly create: (length: number) => TensorData;
  readonly view: (buffer: ArrayBuffer) => TensorData;
}

const DTYPES: Readonly<Record<DType, DTypeInfo>> = {
  float32: {
    code: 1,
    sizeBytes: 4,
    create: (n) => new Float32Array(n),
    view: (b) => new Float32Array(b),
  },
  uint8: {
    code: 2,
    sizeBytes: 1,
    create: (n) => new Uint8Array(n),
    view: (b) => new Uint8Array(b),
  },
  int8: { code: 3, sizeBytes: 1, create: (n) => new Int8Array(n), view: (b) => new Int8Array(b) },
  int32: {
    code: 6,
    sizeBytes: 4,
    create: (n) => new Int32Array(n),
    view: (b) => new Int32Array(b),
  },
  int64: {
    code: 7,
    sizeBytes: 8,
    create: (n) => new BigInt64Array(n),
    view: (b) => new BigInt64Array(b),
  },
  bool: { code: 9, sizeBytes: 1, create: (n) => new Uint8Array(n), view: (b) => new Uint8Array(b) },
  float16: {
    code: 10,
    sizeBytes: 2,
    create: (n) => new Uint16Array(n),
    view: (b) => new Uint16Array(b),
  },
  float64: {
    code: 11,
    sizeBytes: 8,
    create: (n) => new Float64Array(n),
    view: (b) => new Float64Array(b),
  },
};

const NAMES_BY_CODE = new Map<number, DType>(
  (Object.keys(DTYPES) as DType[]).map((dtype) => [DTYPES[dtype].code, dtype]),
);

const REFUSED_BY_CODE: Readonly<Record<number, string>> = {
  4: 'uint16',
  5: 'int16',
  8: 'string',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  21: 'uint4',
  22: 'int4',
};

/** The ONNX code of a dtype (TensorProto.DataType). */
export function dtypeCode(dtype: DType): number {
  return DTYPES[dtype].code;
}

/** The dtype with an ONNX code. @throws ModelFormatError naming the dtype when Colloid does not take it. */
export function dtypeOfCode(code: number, where: string): DType {
  const dtype = NAMES_BY_CODE.get(code);
  if (dtype) return dtype;
  const name = REFUSED_BY_CODE[code] ?? `code ${code}`;
  throw new ModelFormatError(
    `${where}: expected one of ${Object.keys(DTYPES).join(', ')}, got ${name}; convert it before export.`,
  );
}

/** Bytes of one element. */
export function dtypeSizeBytes(dtype: DType): number {
  return DTYPES[dtype].sizeBytes;
}

/** A zeroed array for `length` elements of the dtype (bool: one byte each; float16: raw bits). */
export function createData(dtype: DType, length: number): TensorData {
  return DTYPES[dtype].create(length);
}

/** The array of the dtype over a whole buffer (little-endian, as on every platform Node runs on). */
export function dataOver(dtype: DType, buffer: ArrayBuffer): TensorData {
  return DTYPES[dtype].view(buffer);
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16';
}
