/** @file The gradient of an operator that mixes elements along one axis by a constant matrix: y = R x, so dx = Rᵀ dy. */
import type { Value } from '../build/core-builder.ts';
import type { GraphBuilder } from '../build/graph-builder.ts';

export interface AxisMatrix {
  readonly axis: number;
  /** Row-major [to, from]. */
  readonly matrix: Float64Array;
  readonly from: number;
  readonly to: number;
}

/** Rᵀ dy along the axis; a sum of copies where R repeats each element, else a matrix product. */
export function transposeAlongAxis(b: GraphBuilder, dy: Value, along: AxisMatrix): Value {
  const { axis, matrix, from, to } = along;
  const copies = to / from;
  if (Number.isInteger(copies) && isRepeat(matrix, from, copies)) {
    const dims = dy.shape
      .toSpliced(axis, 1, from, copies)
      .map((d, at) => (typeof d === 'number' ? d : at < axis ? 0 : -1));
    if (dims.filter((d) => d === -1).length <= 1)
      return b.reduceSum(b.reshape(dy, dims), { axes: [axis + 1], keepDims: false });
  }
  const weights = b.constant([...matrix], { dtype: dy.dtype, dims: [to, from] });
  const last = dy.shape.length - 1;
  if (axis === last) return b.matMul(dy, weights);
  const perm = dy.shape.map((_, at) => (at === axis ? last : at === last ? axis : at));
  if (axis === last - 1) return b.matMul(b.transpose(weights, [1, 0]), dy);
  return b.transpose(b.matMul(b.transpose(dy, perm), weights), perm);
}

function isRepeat(matrix: Float64Array, from: number, copies: number): boolean {
  for (let row = 0; row < from * copies; row += 1)
    if (matrix[row * from + Math.floor(row / copies)] !== 1) return false;
  return matrix.reduce((sum, weight) => sum + Math.abs(weight), 0) === from * copies;
}
