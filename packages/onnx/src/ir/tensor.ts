/** @file Constant tensors: dtype, dimensions and their values. */
import { GraphError } from '../errors.ts';
import { createData, type DType, type TensorData } from './dtype.ts';
import { float16Bits, float16Value } from './float16.ts';

/** Values in row-major order. `data` is owned by the tensor and never written to; bool is one byte per element, float16 raw bits. */
export interface Tensor {
  readonly kind: 'tensor';
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** Makes a tensor over `data` (not copied). @throws GraphError when length or array type do not fit. */
export function tensor(dtype: DType, dims: readonly number[], data: TensorData): Tensor {
  if (dims.some((d) => !Number.isSafeInteger(d) || d < 0))
    throw new GraphError(
      `A tensor's dimensions must be whole numbers of at least 0, got [${dims.join(', ')}].`,
    );
  const count = dims.reduce((a, b) => a * b, 1);
  if (count !== data.length)
    throw new GraphError(
      `A tensor of dimensions [${dims.join(', ')}] has ${count} elements, got data of ${data.length}.`,
    );
  const expected = createData(dtype, 0).constructor;
  if (data.constructor !== expected)
    throw new GraphError(
      `A ${dtype} tensor holds a ${expected.name}, got a ${data.constructor.name}.`,
    );
  return Object.freeze({ kind: 'tensor', dtype, dims: Object.freeze([...dims]), data });
}

/** Makes a tensor from plain numbers, converted to the dtype. `dims` defaults to one axis. */
export function tensorFrom(
  dtype: DType,
  values: ArrayLike<number>,
  dims: readonly number[] = [values.length],
): Tensor {
  const data = createData(dtype, values.length);
  if (isPlain(dtype)) (data as Float32Array).set(values);
  else
    for (let at = 0; at < values.length; at += 1)
      writeNumber(data, dtype, at, values[at] as number);
  return tensor(dtype, dims, data);
}

/** Whether an array of the dtype holds the values as they are and takes numbers as they come. */
function isPlain(dtype: DType): boolean {
  return dtype !== 'int64' && dtype !== 'float16' && dtype !== 'bool';
}

/** The values as numbers, to be read only: the tensor's own array where that holds them, which millions of weights are not copied from. */
export function tensorValues(t: Tensor): ArrayLike<number> {
  return isPlain(t.dtype) ? (t.data as Float32Array) : tensorNumbers(t);
}

/** The values as numbers (int64 beyond 2^53 are rounded). */
export function tensorNumbers(t: Tensor): number[] {
  if (t.dtype === 'float16') return Array.from(t.data as Uint16Array, float16Value);
  return Array.from(t.data as ArrayLike<number | bigint>, Number);
}

/** A new tensor with every element mapped, in the same or another dtype. */
export function mapTensor(
  t: Tensor,
  map: (value: number, at: number) => number,
  dtype: DType = t.dtype,
): Tensor {
  const data = createData(dtype, t.data.length);
  const half = t.dtype === 'float16';
  for (let at = 0; at < data.length; at += 1) {
    const raw = Number(t.data[at]);
    writeNumber(data, dtype, at, map(half ? float16Value(raw) : raw, at));
  }
  return tensor(dtype, t.dims, data);
}

/** Writes one number into an array of the dtype: bool by truth, integers truncated, int64 clamped to its range. */
export function writeNumber(data: TensorData, dtype: DType, at: number, value: number): void {
  if (data instanceof BigInt64Array) data[at] = bigIntOf(value);
  else if (dtype === 'float16') data[at] = float16Bits(value);
  else if (dtype === 'bool') data[at] = value === 0 ? 0 : 1;
  else data[at] = value;
}

function bigIntOf(value: number): bigint {
  if (value >= 2 ** 63) return 2n ** 63n - 1n;
  if (value <= -(2 ** 63)) return -(2n ** 63n);
  return BigInt(Math.trunc(value));
}
