/** @file Distances |w_i - w_j| of latents over all pairs, tile by tile. */

import type { HostTensor } from '../runtime/types.ts';
import { Spread } from './accumulators.ts';
import type { Summary } from './accumulators.ts';
import { distanceBetween } from './exact.ts';
import { distanceGraph, distanceMatrixGraph } from './graphs.ts';
import { indices, numbers, runTiles, SharedRows, upperTiles } from './tiles.ts';
import type { TilePair, TileSessions } from './tiles.ts';

export interface DistanceOptions {
  /** Subtracted first, so that float32 keeps its digits for the differences. */
  readonly centre: Float32Array;
  readonly block: number;
  readonly signal?: AbortSignal | undefined;
}

/** Minimum, mean and maximum. The minimum is exact in float64 for the pair that is closest in float32. */
export async function summariseDistances(
  sessions: TileSessions,
  w: Float32Array,
  options: DistanceOptions,
): Promise<Summary> {
  const rows = centred(w, options.centre);
  const feeds = squareFeeds(rows);
  const spread = new Spread();
  await runTiles(upperTiles(rows.blocks(options.block)), {
    ahead: sessions.ahead,
    signal: options.signal,
    start: async (tile) => {
      const kind = tile.diagonal ? 'diagonal' : 'off';
      const session = await sessions.get(`distance ${kind} ${rows.dim}`, () =>
        distanceGraph(kind, rows.dim),
      );
      return session.run({ ...sessions.tileFeeds(tile), ...feeds(tile) });
    },
    take: (tile, outputs) => takeDistances(spread, rows, tile, outputs),
  });
  return spread.summary();
}

/** Hands the distances of all unordered pairs to `take`, a row of a tile at a time; the array is reused. */
export async function scanDistances(
  sessions: TileSessions,
  w: Float32Array,
  options: DistanceOptions & { readonly take: (distances: Float32Array) => void },
): Promise<void> {
  const rows = centred(w, options.centre);
  const feeds = squareFeeds(rows);
  await runTiles(upperTiles(rows.blocks(options.block)), {
    ahead: sessions.ahead,
    signal: options.signal,
    start: async (tile) => {
      const session = await sessions.get(`distance matrix ${rows.dim}`, () =>
        distanceMatrixGraph(rows.dim),
      );
      return session.run({
        rows: tile.rows.tensor,
        columns: tile.columns.tensor,
        ...feeds(tile),
      });
    },
    take: ({ rows: r, columns: c, diagonal }, outputs) => {
      const distances = numbers(outputs, 'distance');
      for (let i = 0; i < r.count; i++) {
        const from = i * c.count + (diagonal ? i + 1 : 0);
        if (from < (i + 1) * c.count) options.take(distances.subarray(from, (i + 1) * c.count));
      }
    },
  });
}

function centred(w: Float32Array, centre: Float32Array): SharedRows {
  const dim = centre.length;
  const moved = w.map((value, i) => value - (centre[i % dim] ?? 0));
  return new SharedRows(moved, dim, 'latents');
}

/** Feeds with the squared norms of a tile's rows and columns. */
function squareFeeds(rows: SharedRows): (tile: TilePair) => Record<string, HostTensor> {
  const squares = new Float32Array(rows.count);
  for (let i = 0; i < rows.count; i++) {
    let square = 0;
    for (let d = 0; d < rows.dim; d++) square += (rows.data[i * rows.dim + d] ?? 0) ** 2;
    squares[i] = square;
  }
  const feed = (first: number, dims: readonly [number, number]): HostTensor => ({
    dtype: 'float32',
    dims,
    data: squares.slice(first, first + dims[0] * dims[1]),
  });
  return (tile) => ({
    rows_square: feed(tile.rows.first, [tile.rows.count, 1]),
    columns_square: feed(tile.columns.first, [1, tile.columns.count]),
  });
}

function takeDistances(
  spread: Spread,
  rows: SharedRows,
  { rows: r, columns: c, diagonal }: TilePair,
  outputs: Record<string, HostTensor>,
): void {
  const sums = numbers(outputs, 'sum');
  const largest = numbers(outputs, 'max');
  const nearest = indices(outputs, 'min_index');
  for (let i = 0; i < r.count; i++) {
    const count = diagonal ? c.count - i - 1 : c.count;
    if (count === 0) continue;
    const pair = {
      a: rows.data,
      i: r.first + i,
      b: rows.data,
      j: c.first + Number(nearest[i]),
      dim: rows.dim,
    };
    const min = distanceBetween(pair);
    spread.addMany({ min, max: Math.max(min, largest[i] ?? 0), sum: sums[i] ?? 0, count });
  }
}
