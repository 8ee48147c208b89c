/** @file Repulsion over all pairs: gradients summed by the tiles themselves, statistics beside them. */

import type { HostTensor, Session } from '../runtime/types.ts';
import { BlockSums, KeyedQueue } from './block-sums.ts';
import { addRepulsion } from './exact.ts';
import { repulsionGraph, statisticsGraph, sumsGraph } from './graphs.ts';
import type { TileKind } from './graphs.ts';
import { needsGuard, StatisticsCollector } from './statistics.ts';
import type { PairStatistics } from './statistics.ts';
import { crossTiles, roundTiles, runTiles, scalar } from './tiles.ts';
import type { Rows, SharedRows, TilePair, TileSessions } from './tiles.ts';

export interface Repulsion {
  /** dU/dê [N, E]. */
  readonly gradient: Float32Array;
  readonly statistics: PairStatistics;
}

export interface Potential {
  /** d0, radians. */
  readonly radius: number;
  /** k */
  readonly coefficient: number;
  readonly ict: number;
}

export interface PassOptions {
  readonly block: number;
  readonly signal?: AbortSignal | undefined;
}

type Outputs = Record<string, HostTensor>;

/** Runs one tile with the graph of this kind. */
type RunTile = (tile: TilePair, kind: TileKind) => Promise<Outputs>;

const SUMS = ['theta_sum', 'above', 'cosine_max', 'cosine_min'] as const;

/** θ over all pairs of rows. */
export async function pairStatistics(
  sessions: TileSessions,
  rows: SharedRows,
  options: PassOptions & { readonly ict: number },
): Promise<PairStatistics> {
  const ict = scalar(options.ict);
  const collector = new StatisticsCollector(rows, rows);
  await runTiles(roundTiles(rows.blocks(options.block)), {
    ahead: sessions.ahead,
    signal: options.signal,
    start: guarded(async (tile, kind) => {
      const session = await statisticsSession(sessions, kind, rows.dim);
      return session.run({ ...sessions.tileFeeds(tile), ict }, { outputs: SUMS });
    }),
    take: (tile, outputs) => collector.take(tile, outputs, () => cosines(sessions, tile)),
  });
  return collector.result();
}

/** dU/dê of U_i = Σ_{j≠i} k/2 max(0, d0 - θ_ij)², each row differentiated with the others held. */
export async function mutualRepulsion(
  sessions: TileSessions,
  rows: SharedRows,
  options: PassOptions & Potential,
): Promise<Repulsion> {
  const { dim } = rows;
  const borrow = (): Float32Array => sessions.borrow(rows.data.length);
  const ofRows = new BlockSums(dim, borrow);
  const ofColumns = new BlockSums(dim, borrow);
  const blocks = rows.blocks(options.block);
  const close = new ClosePairs(rows.data.length);
  const statistics = await repulsionPass(sessions, {
    ...options,
    rows,
    columns: rows,
    tiles: roundTiles(blocks),
    ofRows,
    ofColumns,
    onClose: (i, j, theta) => {
      const potential = { radius: options.radius, coefficient: options.coefficient, theta };
      close.add({ a: rows.data, i, b: rows.data, j, dim }, potential);
      close.add({ a: rows.data, i: j, b: rows.data, j: i, dim }, potential);
    },
  });
  const gradient = await combine(sessions, blocks, { ...options, dim, ofRows, ofColumns });
  sessions.giveBack([...ofRows.arrays, ...ofColumns.arrays]);
  return { gradient: close.addTo(gradient), statistics };
}

/** The same against fixed rows: every row from every one of them. */
export async function oneSidedRepulsion(
  sessions: TileSessions,
  sides: { readonly rows: SharedRows; readonly fixed: SharedRows },
  options: PassOptions & Potential,
): Promise<Repulsion> {
  const { rows, fixed } = sides;
  const { dim } = rows;
  const ofRows = new BlockSums(dim, () => sessions.borrow(rows.data.length));
  const blocks = rows.blocks(options.block);
  const close = new ClosePairs(rows.data.length);
  const statistics = await repulsionPass(sessions, {
    ...options,
    rows,
    columns: fixed,
    tiles: crossTiles(blocks, fixed.blocks(options.block)),
    ofRows,
    ofColumns: null,
    onClose: (i, j, theta) => {
      const potential = { radius: options.radius, coefficient: options.coefficient, theta };
      close.add({ a: rows.data, i, b: fixed.data, j, dim }, potential);
    },
  });
  const gradient = await combine(sessions, blocks, { ...options, dim, ofRows, ofColumns: null });
  sessions.giveBack(ofRows.arrays);
  return { gradient: close.addTo(gradient), statistics };
}

/** k (sums of rows + sums of columns, turned), block by block on all cores. */
async function combine(
  sessions: TileSessions,
  blocks: readonly Rows[],
  of: {
    readonly dim: number;
    readonly coefficient: number;
    readonly ofRows: BlockSums;
    readonly ofColumns: BlockSums | null;
  },
): Promise<Float32Array> {
  const { dim, coefficient, ofRows, ofColumns } = of;
  const sides = ofColumns === null ? 'one-sided' : 'two-sided';
  const length = blocks.reduce((sum, { count }) => sum + count * dim, 0);
  const gradient = new Float32Array(new SharedArrayBuffer(length * 4));
  const session = await sessions.get(`sums ${sides} ${dim}`, () => sumsGraph(dim, sides));
  await Promise.all(
    blocks.map(async (block) => {
      const { first, count } = block;
      const data = gradient.subarray(first * dim, (first + count) * dim);
      const feeds = {
        rows_sum: ofRows.sum(block, [count, dim]),
        coefficient: scalar(coefficient),
        ...(ofColumns !== null && { columns_sum: ofColumns.sum(block, [dim, count]) }),
      };
      const into = { gradient: { dtype: 'float32', dims: [count, dim], data } } as const;
      await session.run(feeds, { outputs: [], into });
    }),
  );
  return gradient;
}

/** What pairs too close for the tiles add, in an array of its own that is made for the first of them. */
class ClosePairs {
  readonly #length: number;
  #gradient: Float32Array | undefined;

  constructor(length: number) {
    this.#length = length;
  }

  add(...[pair, potential]: Tail<Parameters<typeof addRepulsion>>): void {
    this.#gradient ??= new Float32Array(this.#length);
    addRepulsion(this.#gradient, pair, potential);
  }

  addTo(gradient: Float32Array): Float32Array {
    const close = this.#gradient;
    if (close !== undefined) close.forEach((x, at) => (gradient[at] = (gradient[at] ?? 0) + x));
    return gradient;
  }
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest]
  ? Rest
  : never;

interface RepulsionPass extends Omit<PassOptions, 'block'>, Potential {
  readonly rows: SharedRows;
  readonly columns: SharedRows;
  readonly tiles: readonly TilePair[];
  readonly ofRows: BlockSums;
  /** Null where the columns are fixed. */
  readonly ofColumns: BlockSums | null;
  readonly onClose: (i: number, j: number, theta: number) => void;
}

async function repulsionPass(sessions: TileSessions, pass: RepulsionPass): Promise<PairStatistics> {
  const { rows, columns, ofRows, ofColumns } = pass;
  const { dim } = rows;
  const collector = new StatisticsCollector(rows, columns, pass.onClose);
  const scalars = { radius: scalar(pass.radius), ict: scalar(pass.ict) };
  const sides = ofColumns === null ? 'one-sided' : 'two-sided';
  const compute = guarded(async (tile, kind) => {
    const { rows: r, columns: c } = tile;
    const session = await sessions.get(`repulsion ${kind} ${sides} ${dim}`, () =>
      repulsionGraph(kind, dim, sides),
    );
    const feeds = {
      ...sessions.tileFeeds(tile),
      ...scalars,
      rows_sum: ofRows.sum(r, [r.count, dim]),
    };
    const into = { rows_grad: ofRows.next(r, [r.count, dim]) };
    if (tile.diagonal || ofColumns === null) return session.run(feeds, { outputs: SUMS, into });
    const shape = [dim, c.count] as const;
    return session.run(
      { ...feeds, rows_transposed: rows.transposed(r), columns_sum: ofColumns.sum(c, shape) },
      { outputs: SUMS, into: { ...into, columns_grad: ofColumns.next(c, shape) } },
    );
  });
  const queue = new KeyedQueue();
  await runTiles(pass.tiles, {
    ahead: sessions.ahead,
    signal: pass.signal,
    start: (tile) => {
      const keys = [`row ${tile.rows.first}`];
      if (ofColumns !== null && !tile.diagonal) keys.push(`column ${tile.columns.first}`);
      return queue.run(keys, async () => {
        const outputs = await compute(tile);
        ofRows.advance(tile.rows);
        if (!tile.diagonal) ofColumns?.advance(tile.columns);
        return outputs;
      });
    },
    take: (tile, outputs) => collector.take(tile, outputs, () => cosines(sessions, tile)),
  });
  return collector.result();
}

/** Runs tiles in their quick form, and once more in the guarded one where that shows cosines which need it. */
function guarded(run: RunTile): (tile: TilePair) => Promise<Outputs> {
  let isGuarded = false;
  return async (tile) => {
    if (tile.diagonal) return run(tile, 'diagonal');
    if (isGuarded) return run(tile, 'guarded');
    const outputs = await run(tile, 'off');
    if (!needsGuard(outputs)) return outputs;
    // Where one tile has close pairs others have them too: those start guarded.
    isGuarded = true;
    return run(tile, 'guarded');
  };
}

/** The cosines of a tile: the same product, hence the same bits, as within the other graphs. */
async function cosines(sessions: TileSessions, tile: TilePair): Promise<Outputs> {
  const kind = tile.diagonal ? 'diagonal' : 'guarded';
  const dim = tile.rows.tensor.dims[1] ?? 0;
  const session = await statisticsSession(sessions, kind, dim);
  return session.run({ ...sessions.tileFeeds(tile), ict: scalar(0) }, { outputs: ['cosine'] });
}

function statisticsSession(sessions: TileSessions, kind: TileKind, dim: number): Promise<Session> {
  return sessions.get(`statistics ${kind} ${dim}`, () => statisticsGraph(kind, dim));
}
