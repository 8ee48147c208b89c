/** @file All pairs of a set of identities, in blocks: memory of the order of N·E + block². */

import type { Runtime } from '../runtime/types.ts';
import { Spread } from './accumulators.ts';
import type { Summary } from './accumulators.ts';
import { StatisticsCollector } from './statistics.ts';
import type { PairStatistics } from './statistics.ts';
import { addRepulsion, angleBetween, distanceBetween } from './exact.ts';
import {
  CLOSE_COSINE,
  cosineGraph,
  distanceGraph,
  nearestGraph,
  repulsionGraph,
  statisticsGraph,
} from './graphs.ts';
import {
  crossTiles,
  indices,
  numbers,
  runTiles,
  scalar,
  SharedRows,
  TileSessions,
  upperTiles,
} from './tiles.ts';
import type { TilePair } from './tiles.ts';
import type { HostTensor } from '../runtime/types.ts';

export interface Repulsion {
  /** dU/dê [N, E]. */
  readonly gradient: Float32Array;
  readonly statistics: PairStatistics;
}

export interface Nearest {
  /** Index of the nearest other row, [N]. */
  readonly index: Int32Array;
  /** Its angle, radians, [N]. */
  readonly theta: Float32Array;
}

export interface PairOptions {
  readonly signal?: AbortSignal | undefined;
}

interface Potential {
  readonly radius: number;
  readonly coefficient: number;
  readonly ict: number;
}

type TileRun = Promise<Record<string, HostTensor>>;

interface TileJob {
  readonly key: string;
  readonly build: typeof statisticsGraph;
  readonly feeds: Readonly<Record<string, HostTensor>>;
  /** Absent: all. */
  readonly outputs?: readonly string[];
}

const SUMS = ['theta_sum', 'above', 'cosine_max', 'cosine_min'] as const;

/**
 * Computations over all pairs of unit rows. The caller that opened it closes it. Pairs closer than
 * 0.01 rad are computed in float64: identical embeddings have distance 0 exactly.
 */
export class PairEngine {
  readonly dim: number;
  readonly block: number;
  readonly #sessions: TileSessions;

  constructor(runtime: Runtime, dim: number, block: number) {
    this.dim = dim;
    this.block = block;
    this.#sessions = new TileSessions(runtime);
  }

  /** θ over all pairs of rows of `e` [N, E]. */
  async statistics(
    e: Float32Array,
    options: PairOptions & { readonly ict: number },
  ): Promise<PairStatistics> {
    const rows = new SharedRows(e, this.dim);
    const collector = new StatisticsCollector(rows, rows);
    const feeds = { ict: scalar(options.ict) };
    const start = (tile: TilePair, outputs: readonly string[]): TileRun =>
      this.#start(tile, { key: 'statistics', build: statisticsGraph, feeds, outputs });
    await runTiles(upperTiles(rows.blocks(this.block)), {
      signal: options.signal,
      start: (tile) => start(tile, SUMS),
      take: (tile, outputs) => collector.take(tile, outputs, () => start(tile, ['cosine'])),
    });
    return collector.result();
  }

  /** dU/dê of U_i = Σ_{j≠i} k/2 max(0, d0 - θ_ij)², each row differentiated with the others held. */
  async repulsion(e: Float32Array, options: PairOptions & Potential): Promise<Repulsion> {
    const rows = new SharedRows(e, this.dim);
    const gradient = new Float32Array(e.length);
    const start = this.#startRepulsion(options);
    const collector = new StatisticsCollector(rows, rows, (i, j, theta) => {
      const potential = { ...options, theta };
      addRepulsion(gradient, { a: rows.data, i, b: rows.data, j, dim: this.dim }, potential);
      addRepulsion(gradient, { a: rows.data, i: j, b: rows.data, j: i, dim: this.dim }, potential);
    });
    await runTiles(upperTiles(rows.blocks(this.block)), {
      signal: options.signal,
      start: (tile) =>
        start(
          tile,
          tile.diagonal ? [...SUMS, 'rows_grad'] : [...SUMS, 'rows_grad', 'columns_grad'],
        ),
      take: (tile, outputs) => {
        addAt(gradient, numbers(outputs, 'rows_grad'), tile.rows.first * this.dim);
        if (!tile.diagonal) {
          addAt(gradient, numbers(outputs, 'columns_grad'), tile.columns.first * this.dim);
        }
        return collector.take(tile, outputs, () => start(tile, ['cosine']));
      },
    });
    return { gradient, statistics: collector.result() };
  }

  /** The same against the fixed unit rows of a gallery [M, E]: every row of `e` from every one of it. */
  async galleryRepulsion(
    e: Float32Array,
    gallery: Float32Array,
    options: PairOptions & Potential,
  ): Promise<Repulsion> {
    const rows = new SharedRows(e, this.dim);
    const fixed = new SharedRows(gallery, this.dim, 'gallery');
    const gradient = new Float32Array(e.length);
    const start = this.#startRepulsion(options);
    const collector = new StatisticsCollector(rows, fixed, (i, j, theta) => {
      const pair = { a: rows.data, i, b: fixed.data, j, dim: this.dim };
      addRepulsion(gradient, pair, { ...options, theta });
    });
    await runTiles(crossTiles(rows.blocks(this.block), fixed.blocks(this.block)), {
      signal: options.signal,
      start: (tile) => start(tile, [...SUMS, 'rows_grad']),
      take: (tile, outputs) => {
        addAt(gradient, numbers(outputs, 'rows_grad'), tile.rows.first * this.dim);
        return collector.take(tile, outputs, () => start(tile, ['cosine']));
      },
    });
    return { gradient, statistics: collector.result() };
  }

  /** The nearest other row of each row of `e` [N, E], N at least 2. */
  async nearest(e: Float32Array, options: PairOptions = {}): Promise<Nearest> {
    const rows = new SharedRows(e, this.dim);
    const best = new Float32Array(rows.count).fill(-3);
    const index = new Int32Array(rows.count).fill(-1);
    const offer = (at: number, cosine: number, other: number): void => {
      if (cosine > (best[at] ?? 0)) {
        best[at] = cosine;
        index[at] = other;
      }
    };
    await runTiles(upperTiles(rows.blocks(this.block)), {
      signal: options.signal,
      start: (tile) => this.#start(tile, { key: 'nearest', build: nearestGraph, feeds: {} }),
      take: ({ rows: r, columns: c, diagonal }, outputs) => {
        const rowBest = numbers(outputs, 'row_best');
        const rowIndex = indices(outputs, 'row_index');
        rowBest.forEach((cosine, i) => offer(r.first + i, cosine, c.first + Number(rowIndex[i])));
        if (diagonal) return;
        const columnBest = numbers(outputs, 'column_best');
        const columnIndex = indices(outputs, 'column_index');
        columnBest.forEach((cosine, j) =>
          offer(c.first + j, cosine, r.first + Number(columnIndex[j])),
        );
      },
    });
    const theta = Float32Array.from(index, (j, i) =>
      angleBetween({ a: rows.data, i, b: rows.data, j, dim: this.dim }),
    );
    return { index, theta };
  }

  /**
   * Hands every unordered pair's angle to `take`, a row of a tile at a time, in a fixed order. The
   * array is reused: copy what is to be kept.
   */
  async scan(
    e: Float32Array,
    take: (theta: Float32Array) => void,
    options: PairOptions = {},
  ): Promise<void> {
    const rows = new SharedRows(e, this.dim);
    const line = new Float32Array(this.block);
    await runTiles(upperTiles(rows.blocks(this.block)), {
      signal: options.signal,
      start: async (tile) => {
        const session = await this.#sessions.get('cosine', () => cosineGraph(this.dim));
        return session.run({ rows: tile.rows.tensor, columns: tile.columns.tensor });
      },
      take: ({ rows: r, columns: c, diagonal }, outputs) => {
        const cosine = numbers(outputs, 'cosine');
        for (let i = 0; i < r.count; i++) {
          const start = diagonal ? i + 1 : 0;
          for (let j = start; j < c.count; j++) {
            const value = cosine[i * c.count + j] ?? 0;
            line[j - start] =
              value > CLOSE_COSINE
                ? angleBetween({
                    a: rows.data,
                    i: r.first + i,
                    b: rows.data,
                    j: c.first + j,
                    dim: this.dim,
                  })
                : Math.acos(Math.max(-1, value));
          }
          if (c.count > start) take(line.subarray(0, c.count - start));
        }
      },
    });
  }

  /**
   * |w_i - w_j| over all pairs of rows of `w` [N, D]. The minimum is exact in float64 for the pair
   * that is closest in float32.
   *
   * @param centre subtracted first, so that float32 keeps its digits for the differences
   */
  async distances(
    w: Float32Array,
    options: PairOptions & { readonly centre: Float32Array },
  ): Promise<Summary> {
    const { centre, signal } = options;
    const dim = centre.length;
    const rows = new SharedRows(
      w.map((value, i) => value - (centre[i % dim] ?? 0)),
      dim,
      'latents',
    );
    const squares = squaredNorms(rows);
    const spread = new Spread();
    await runTiles(upperTiles(rows.blocks(this.block)), {
      signal,
      start: (tile) => this.#startDistances(tile, squares, dim),
      take: (tile, outputs) => takeDistances(spread, rows, tile, outputs),
    });
    return spread.summary();
  }

  /** Disposes the graphs. */
  close(): Promise<void> {
    return this.#sessions.close();
  }

  #startRepulsion(options: Potential): (tile: TilePair, outputs: readonly string[]) => TileRun {
    const feeds = {
      radius: scalar(options.radius),
      coefficient: scalar(options.coefficient),
      ict: scalar(options.ict),
    };
    return (tile, outputs) =>
      this.#start(tile, { key: 'repulsion', build: repulsionGraph, feeds, outputs });
  }

  async #start(tile: TilePair, job: TileJob): TileRun {
    const kind = tile.diagonal ? 'diagonal' : 'off';
    const session = await this.#sessions.get(`${job.key} ${kind}`, () => job.build(kind, this.dim));
    const feeds = { rows: tile.rows.tensor, ...this.#columns(tile), ...job.feeds };
    return session.run(feeds, job.outputs === undefined ? {} : { outputs: job.outputs });
  }

  async #startDistances(
    tile: TilePair,
    squares: Float32Array,
    dim: number,
  ): Promise<Record<string, HostTensor>> {
    const kind = tile.diagonal ? 'diagonal' : 'off';
    const { rows, columns } = tile;
    const session = await this.#sessions.get(`distance ${kind} ${dim}`, () =>
      distanceGraph(kind, dim),
    );
    return session.run({
      rows: rows.tensor,
      ...this.#columns(tile),
      rows_square: squareFeed(squares, rows.first, [rows.count, 1]),
      columns_square: squareFeed(squares, columns.first, [1, columns.count]),
    });
  }

  #columns({ rows, columns, diagonal }: TilePair): Record<string, HostTensor> {
    return diagonal ? { upper: this.#sessions.upper(rows.count) } : { columns: columns.tensor };
  }
}

function addAt(target: Float32Array, values: Float32Array, start: number): void {
  for (let i = 0; i < values.length; i++) {
    target[start + i] = (target[start + i] ?? 0) + (values[i] ?? 0);
  }
}

function squaredNorms(rows: SharedRows): Float32Array {
  const squares = new Float32Array(rows.count);
  for (let i = 0; i < rows.count; i++) {
    let square = 0;
    for (let d = 0; d < rows.dim; d++) square += (rows.data[i * rows.dim + d] ?? 0) ** 2;
    squares[i] = square;
  }
  return squares;
}

function squareFeed(
  squares: Float32Array,
  first: number,
  dims: readonly [number, number],
): HostTensor {
  return { dtype: 'float32', dims, data: squares.slice(first, first + dims[0] * dims[1]) };
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
