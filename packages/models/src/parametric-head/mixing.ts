/**
 * @file How the normal draw z becomes the latent w, and w the coordinates that `factors.ts` squashes.
 *
 * `w = 0.8 A z + 0.9 B tanh(C z + c)` bends the latent space, A and B orthogonal; the coordinates are `u = Q w`, Q orthogonal. All
 * tables are fixed by a seed. Because Q is orthogonal, a factor is exchanged by exchanging one coordinate of u.
 */
import { LATENT_DIMENSION as D } from './factors.ts';
import { drawsFrom } from './random.ts';

/** Weights of the straight and of the bent part of the mapping; together they keep the variance of w near 1. */
export const STRAIGHT_WEIGHT = 0.8;
export const BENT_WEIGHT = 0.9;

/** The fixed tables, row-major `[64, 64]` (applied as table times column) and the bias `[64]`. */
export interface MixingTables {
  readonly straight: Float32Array;
  readonly bent: Float32Array;
  readonly inner: Float32Array;
  readonly innerBias: Float32Array;
  readonly factors: Float32Array;
}

export const MIXING: MixingTables = {
  straight: orthogonal(101),
  bent: orthogonal(102),
  inner: normals(103, D * D, 1.2 / Math.sqrt(D)),
  innerBias: normals(104, D, 0.5),
  factors: orthogonal(105),
};

/** The latents w `[n, 64]` of the draws z `[n, 64]`, as `mapping.onnx` computes them. */
export function mapLatents(z: Float32Array): Float32Array {
  return eachRow(z, (row) => {
    const bent = multiply(MIXING.inner, row).map((value, index) =>
      Math.tanh(value + (MIXING.innerBias[index] ?? 0)),
    );
    const straight = multiply(MIXING.straight, row);
    return multiply(MIXING.bent, bent).map(
      (value, index) => BENT_WEIGHT * value + STRAIGHT_WEIGHT * (straight[index] ?? 0),
    );
  });
}

/** The coordinates u `[n, 64]`, in the order of the factors, of the latents w `[n, 64]`. */
export function toCoordinates(w: Float32Array): Float32Array {
  return eachRow(w, (row) => multiply(MIXING.factors, row));
}

/** The latents w `[n, 64]` with the coordinates u `[n, 64]`. */
export function fromCoordinates(u: Float32Array): Float32Array {
  return eachRow(u, (row) => multiplyTransposed(MIXING.factors, row));
}

function eachRow(rows: Float32Array, compute: (row: Float64Array) => Float64Array): Float32Array {
  if (rows.length % D !== 0)
    throw new RangeError(
      `Latents come in rows of ${D} numbers; ${rows.length} numbers are no whole rows.`,
    );
  const out = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += D)
    out.set(compute(Float64Array.from(rows.subarray(start, start + D))), start);
  return out;
}

function multiply(matrix: Float32Array, vector: Float64Array): Float64Array {
  const product = new Float64Array(D);
  for (let row = 0; row < D; row += 1) {
    let total = 0;
    for (let column = 0; column < D; column += 1)
      total += (vector[column] ?? 0) * (matrix[row * D + column] ?? 0);
    product[row] = total;
  }
  return product;
}

function multiplyTransposed(matrix: Float32Array, vector: Float64Array): Float64Array {
  const product = new Float64Array(D);
  for (let row = 0; row < D; row += 1) {
    const value = vector[row] ?? 0;
    for (let column = 0; column < D; column += 1)
      product[column] = (product[column] ?? 0) + value * (matrix[row * D + column] ?? 0);
  }
  return product;
}

function normals(seed: number, count: number, deviation: number): Float32Array {
  const draws = drawsFrom(seed);
  return Float32Array.from({ length: count }, () => deviation * draws.normal());
}

/** Gram-Schmidt on normal draws. */
function orthogonal(seed: number): Float32Array {
  const draws = drawsFrom(seed);
  const rows: Float64Array[] = [];
  while (rows.length < D) {
    const row = Float64Array.from({ length: D }, () => draws.normal());
    for (let pass = 0; pass < 2; pass += 1) {
      for (const other of rows) {
        const along = dot(row, other);
        for (let index = 0; index < D; index += 1)
          row[index] = (row[index] ?? 0) - along * (other[index] ?? 0);
      }
    }
    const norm = Math.sqrt(dot(row, row));
    rows.push(row.map((value) => value / norm));
  }
  return Float32Array.from(
    { length: D * D },
    (_, index) => rows[Math.floor(index / D)]?.[index % D] ?? 0,
  );
}

function dot(left: Float64Array, right: Float64Array): number {
  return left.reduce((total, value, index) => total + value * (right[index] ?? 0), 0);
}
