/**
 * @file Matrices of Winograd's convolution F(4, 3): four outputs of a filter of three taps by six products instead of twelve.
 *
 * y = Aᵀ ((G g) ⊙ (Bᵀ d)) for six inputs d and three taps g; in two dimensions every matrix is applied along both axes (Lavin and Gray,
 * 2016, arXiv:1509.09308). They follow from evaluating polynomials at five points and at infinity. The points decide the rounding:
 * 0, ±√½, ±√2 leave an error of 1.4e-6 in float32 over 256 channels, where the usual 0, ±1, ±2 leave 3.5e-6 (direct summation: 8e-7).
 */
import { tensor, type Tensor } from '../ir/tensor.ts';

/** Outputs of a tile along an axis. */
export const TILE = 4;
/** Inputs that a tile reads along an axis, and products along it. */
export const WINDOW = 6;
const TAPS = 3;

const POINTS: readonly number[] = [0, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT2, -Math.SQRT2];

type Matrix = readonly (readonly number[])[];

/** Aᵀ, [4, 6]: powers of the points; infinity has the highest one alone. */
const OUTPUT: Matrix = Array.from({ length: TILE }, (_, power) => [
  ...POINTS.map((point) => point ** power),
  power === TILE - 1 ? 1 : 0,
]);

/** G, [6, 3]: the filter's polynomial at each point, over Π (point - other points). */
const FILTER: Matrix = [
  ...POINTS.map((point) => {
    const scale = others(point).reduce((product, other) => product * (point - other), 1);
    return Array.from({ length: TAPS }, (_, power) => point ** power / scale);
  }),
  [0, 0, 1],
];

/** Bᵀ, [6, 6]: coefficients of Π (x - other points), lowest first. */
const INPUT: Matrix = [
  ...POINTS.map((point) => [...productOfRoots(others(point)), 0]),
  productOfRoots(POINTS),
];

/** Aᵀ · this is 1 at all four outputs, so that a bias can be added to the products. */
const ONES: readonly number[] = [-1, 1 + Math.SQRT1_2, 1 - Math.SQRT1_2, 0, 0, 0.5];

/**
 * Bᵀ along an axis of `size` inputs with `pad` zeros before them, for all tiles at once: [tiles · 6, size], tile by tile. Zeros after
 * the end need no mention.
 */
export function inputBands(size: number, pad: number, tiles: number): Tensor {
  const data = new Float32Array(tiles * WINDOW * size);
  for (let tile = 0; tile < tiles; tile += 1)
    INPUT.forEach((row, product) =>
      row.forEach((factor, offset) => {
        const position = tile * TILE + offset - pad;
        if (position >= 0 && position < size)
          data[(tile * WINDOW + product) * size + position] = factor;
      }),
    );
  return tensor('float32', [tiles * WINDOW, size], data);
}

/** G ⊗ G, [36, 9]: the products' weights of a 3x3 kernel. */
export function filterMatrix(): Tensor {
  return outer(FILTER, FILTER);
}

/** Aᵀ ⊗ Aᵀ, [16, 36]: the outputs of a tile from its products. */
export function outputMatrix(): Tensor {
  return outer(OUTPUT, OUTPUT);
}

/** bias [M] as one number per product and channel, [36 · M]. */
export function biasOfProducts(bias: readonly number[]): Tensor {
  const data = ONES.flatMap((a) => ONES.flatMap((b) => bias.map((value) => a * b * value)));
  return tensor('float32', [data.length], Float32Array.from(data));
}

function outer(left: Matrix, right: Matrix): Tensor {
  const data = left.flatMap((a) => right.flatMap((b) => a.flatMap((x) => b.map((y) => x * y))));
  const columns = (left[0] as readonly number[]).length * (right[0] as readonly number[]).length;
  return tensor('float32', [left.length * right.length, columns], Float32Array.from(data));
}

function others(point: number): readonly number[] {
  return POINTS.filter((other) => other !== point);
}

/** Coefficients of Π (x - root), lowest first. */
function productOfRoots(roots: readonly number[]): readonly number[] {
  let coefficients: readonly number[] = [1];
  for (const root of roots)
    coefficients = Array.from(
      { length: coefficients.length + 1 },
      (_, power) => (coefficients[power - 1] ?? 0) - root * (coefficients[power] ?? 0),
    );
  return coefficients;
}
