/** @file Angles, distances and repulsion of single pairs in float64, exact where float32 is not. */

/** Row i of the matrix a and row j of the matrix b, both of `dim` columns. */
export interface RowPair {
  readonly a: Float32Array;
  readonly i: number;
  readonly b: Float32Array;
  readonly j: number;
  readonly dim: number;
}

/** The angle between two rows, radians, accurate from 0 to π. Rows need not be units. */
export function angleBetween({ a, i, b, j, dim }: RowPair): number {
  const p = 1 / norm(a, i, dim);
  const q = 1 / norm(b, j, dim);
  let difference = 0;
  let sum = 0;
  for (let d = 0; d < dim; d++) {
    const x = (a[i * dim + d] ?? 0) * p;
    const y = (b[j * dim + d] ?? 0) * q;
    difference += (x - y) * (x - y);
    sum += (x + y) * (x + y);
  }
  return 2 * Math.atan2(Math.sqrt(difference), Math.sqrt(sum));
}

/** 1 - cos θ of two rows, accurate from 0 to 2. Rows need not be units. */
export function versineBetween(pair: RowPair): number {
  return 2 * Math.sin(angleBetween(pair) / 2) ** 2;
}

/** |a_i - b_j|. */
export function distanceBetween({ a, i, b, j, dim }: RowPair): number {
  let square = 0;
  for (let d = 0; d < dim; d++) {
    const difference = (a[i * dim + d] ?? 0) - (b[j * dim + d] ?? 0);
    square += difference * difference;
  }
  return Math.sqrt(square);
}

/**
 * Adds to row i of `gradient` the derivative of k/2 max(0, d0 - θ)² with respect to unit row i of a,
 * for unit row j of b: k (d0 - θ) t / |t|, t the tangent part of b_j at a_i. Nothing is added where
 * the rows coincide: the direction in which to part them is undefined.
 */
export function addRepulsion(
  gradient: Float32Array,
  { a, i, b, j, dim }: RowPair,
  potential: { readonly radius: number; readonly coefficient: number; readonly theta: number },
): void {
  const push = potential.coefficient * Math.max(0, potential.radius - potential.theta);
  if (push === 0) return;
  const tangent = new Float64Array(dim);
  let along = 0;
  for (let d = 0; d < dim; d++) {
    const x = a[i * dim + d] ?? 0;
    const difference = (b[j * dim + d] ?? 0) - x;
    tangent[d] = difference;
    along += difference * x;
  }
  let square = 0;
  for (let d = 0; d < dim; d++) {
    const part = (tangent[d] ?? 0) - along * (a[i * dim + d] ?? 0);
    tangent[d] = part;
    square += part * part;
  }
  if (square === 0) return;
  const factor = push / Math.sqrt(square);
  for (let d = 0; d < dim; d++) {
    const at = i * dim + d;
    gradient[at] = (gradient[at] ?? 0) + factor * (tangent[d] ?? 0);
  }
}

function norm(a: Float32Array, row: number, dim: number): number {
  let square = 0;
  for (let d = 0; d < dim; d++) square += (a[row * dim + d] ?? 0) ** 2;
  return Math.sqrt(square);
}
