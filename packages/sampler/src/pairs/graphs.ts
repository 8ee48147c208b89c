/**
 * @file Graphs over one tile of the all-pairs matrix: unit rows A [a, E] against unit rows B [b, E].
 *
 * A diagonal tile takes A alone and `upper` [a, a], 1 strictly above the diagonal and 0 elsewhere, so
 * that each unordered pair is counted once and no identity is compared with itself.
 */

import { GraphBuilder } from '@colloid/onnx';
import type { Graph, Value } from '@colloid/onnx';

/** Pairs with a larger cosine (θ < 0.01) are left to float64: float32 cosines have no digits there. */
export const CLOSE_COSINE = Math.fround(1 - 5e-5);

/**
 * `off`: two blocks with no cosine beyond ±CLOSE_COSINE, which is what nearly all tiles are. `guarded`: two
 * blocks with any cosines. `diagonal`: a block against itself, guarded too. All give the same bits for a
 * pair that all of them can take.
 */
export type TileKind = 'off' | 'guarded' | 'diagonal';

interface Tile {
  readonly b: GraphBuilder;
  readonly rows: Value;
  readonly columns: Value;
  /** 1 where a pair is counted; null: everywhere. */
  readonly upper: Value | null;
  readonly isGuarded: boolean;
}

/**
 * Angles of a tile. Inputs rows, columns or upper, and `ict` []. Outputs per row: theta_sum, above
 * (pairs with θ > ict), cosine_max, cosine_min, each [a]; and
 * cosine [a, b], fetched only for tiles with close pairs.
 */
export function statisticsGraph(kind: TileKind, dim: number): Graph {
  const tile = openTile(`pair statistics (${kind})`, kind, dim);
  const cosine = cosines(tile);
  addStatistics(tile, cosine, angles(tile, cosine));
  return tile.b.build();
}

/**
 * Repulsion of a tile, U = Σ 1/2 max(0, d0 - θ)², besides its statistics. Further inputs `radius` [] and
 * rows_sum [a, E], further output rows_grad [a, E] = rows_sum + Σ_j max(0, d0 - θ_ij) / sin θ_ij · e_j,
 * since dθ/de_i = -e_j / sin θ along the sphere. A two-sided tile off the diagonal gives the same of its
 * columns, transposed (the product of transposed rows with the weights is the quicker form): inputs
 * rows_transposed [E, a] and columns_sum [E, b], output columns_grad [E, b]. Close pairs have weight 0 here, and so has, on the diagonal, a unit row with itself.
 */
export function repulsionGraph(
  kind: TileKind,
  dim: number,
  sides: 'one-sided' | 'two-sided',
): Graph {
  const tile = openTile(`pair repulsion (${kind}, ${sides})`, kind, dim);
  const { b, columns, upper, isGuarded } = tile;
  const radius = b.input('radius', 'float32', []);
  const rowsSum = b.input('rows_sum', 'float32', ['a', dim]);
  const cosine = cosines(tile);
  const theta = angles(tile, cosine);
  addStatistics(tile, cosine, theta);
  const push = b.relu(b.sub(radius, theta));
  const sineSquare = b.sub(1, b.mul(cosine, cosine));
  let weight = b.div(push, b.sqrt(isGuarded ? b.max(sineSquare, 1e-12) : sineSquare));
  if (isGuarded) weight = b.where(b.greater(cosine, CLOSE_COSINE), 0, weight);
  b.output('rows_grad', b.gemm(weight, columns, rowsSum));
  if (upper === null && sides === 'two-sided') {
    const rowsTransposed = b.input('rows_transposed', 'float32', [dim, 'a']);
    const columnsSum = b.input('columns_sum', 'float32', [dim, 'b']);
    b.output('columns_grad', b.gemm(rowsTransposed, weight, columnsSum));
  }
  return b.build();
}

/**
 * What the tiles of a block add up to. Inputs rows_sum [a, E], `coefficient` [] and, two-sided, columns_sum [E, a]; output gradient [a, E].
 */
export function sumsGraph(dim: number, sides: 'one-sided' | 'two-sided'): Graph {
  const b = new GraphBuilder({ name: `pair sums (${sides})` });
  let sum = b.input('rows_sum', 'float32', ['a', dim]);
  const coefficient = b.input('coefficient', 'float32', []);
  if (sides === 'two-sided')
    sum = b.add(b.transpose(b.input('columns_sum', 'float32', [dim, 'a']), [1, 0]), sum);
  b.output('gradient', b.mul(sum, coefficient));
  return b.build();
}

/** Nearest in a tile. Outputs row_best [a], row_index [a], and off the diagonal column_best, column_index. */
export function nearestGraph(kind: 'off' | 'diagonal', dim: number): Graph {
  const tile = openTile(`nearest (${kind})`, kind, dim);
  const { b, upper } = tile;
  let cosine = cosines(tile);
  if (upper !== null) {
    const off = b.add(upper, b.transpose(upper, [1, 0]));
    cosine = b.add(b.mul(cosine, off), b.mul(b.sub(off, 1), 2));
  }
  b.output('row_best', b.reduceMax(cosine, { axes: [1], keepDims: false }));
  b.output('row_index', b.op('ArgMax', [cosine], { axis: 1, keepdims: 0 }));
  if (upper === null) {
    b.output('column_best', b.reduceMax(cosine, { axes: [0], keepDims: false }));
    b.output('column_index', b.op('ArgMax', [cosine], { axis: 0, keepdims: 0 }));
  }
  return b.build();
}

/** The cosines themselves, output cosine [a, b]; the caller masks the diagonal. */
export function cosineGraph(dim: number): Graph {
  const tile = openTile('cosines', 'off', dim);
  tile.b.output('cosine', cosines(tile));
  return tile.b.build();
}

/**
 * Distances of latents (rows need not be units). Further inputs rows_square [a, 1] and columns_square
 * [1, b], squared norms. Outputs per row: sum, max, min, min_index.
 */
export function distanceGraph(kind: 'off' | 'diagonal', dim: number): Graph {
  const tile = openTile(`latent distances (${kind})`, kind, dim);
  const { b, upper } = tile;
  const distance = distances(tile);
  const far = 1e30;
  const counted = upper === null ? distance : b.mul(distance, upper);
  const shut = upper === null ? distance : b.add(counted, b.mul(b.sub(1, upper), far));
  b.output('sum', b.reduceSum(counted, { axes: [1], keepDims: false }));
  b.output('max', b.reduceMax(counted, { axes: [1], keepDims: false }));
  b.output('min', b.reduceMin(shut, { axes: [1], keepDims: false }));
  b.output('min_index', b.op('ArgMin', [shut], { axis: 1, keepdims: 0 }));
  return b.build();
}

/** The distances themselves, output distance [a, b]; the caller masks the diagonal. */
export function distanceMatrixGraph(dim: number): Graph {
  const tile = openTile('latent distance matrix', 'off', dim);
  tile.b.output('distance', distances(tile));
  return tile.b.build();
}

function distances(tile: Tile): Value {
  const { b, upper } = tile;
  const rowsSquare = b.input('rows_square', 'float32', ['a', 1]);
  const columnsSquare = b.input('columns_square', 'float32', [1, upper === null ? 'b' : 'a']);
  const square = b.sub(b.add(rowsSquare, columnsSquare), b.mul(cosines(tile), 2));
  return b.sqrt(b.max(square, 0));
}

function openTile(name: string, kind: TileKind, dim: number): Tile {
  const b = new GraphBuilder({ name });
  const rows = b.input('rows', 'float32', ['a', dim]);
  const isGuarded = kind !== 'off';
  return kind === 'diagonal'
    ? { b, rows, columns: rows, upper: b.input('upper', 'float32', ['a', 'a']), isGuarded }
    : { b, rows, columns: b.input('columns', 'float32', ['b', dim]), upper: null, isGuarded };
}

function cosines({ b, rows, columns }: Tile): Value {
  return b.gemm(rows, columns, null, { transB: true });
}

function angles({ b, isGuarded }: Tile, cosine: Value): Value {
  return b.acos(isGuarded ? b.clip(cosine, -1, 1) : cosine);
}

function addStatistics({ b, upper }: Tile, cosine: Value, theta: Value): void {
  const ict = b.input('ict', 'float32', []);
  const above = b.cast(b.greater(theta, ict), 'float32');
  const mask = (x: Value): Value => (upper === null ? x : b.mul(x, upper));
  // Uncounted places get cosines that are neither the largest nor the smallest.
  const shut = upper === null ? null : b.mul(b.sub(1, upper), 4);
  b.output('cosine', cosine);
  const perRow = { axes: [1], keepDims: false } as const;
  b.output('theta_sum', b.reduceSum(mask(theta), perRow));
  b.output('above', b.reduceSum(mask(above), perRow));
  b.output('cosine_max', b.reduceMax(shut === null ? cosine : b.sub(cosine, shut), perRow));
  b.output('cosine_min', b.reduceMin(shut === null ? cosine : b.add(cosine, shut), perRow));
}
