/** @file The tiles of the upper triangle of the all-pairs matrix, run one after another. */

import { encodeModel } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';

import { ParameterError } from '../errors.ts';
import type { HostTensor, Runtime, Session } from '../runtime/types.ts';

/** Rows `first` to `first + count` of a matrix that a session reads in place. */
export interface Rows {
  readonly first: number;
  readonly count: number;
  readonly tensor: HostTensor;
}

/** A matrix [count, dim] in shared memory, so that tiles of it are fed without a copy. */
export class SharedRows {
  readonly data: Float32Array;
  readonly dim: number;
  readonly count: number;
  #transposed: Float32Array | undefined;
  readonly #written = new Set<number>();

  constructor(source: Float32Array, dim: number, name = 'embeddings') {
    if (source.length % dim !== 0) {
      throw new ParameterError(name, `must hold rows of ${dim} numbers, got ${source.length}.`);
    }
    this.data = new Float32Array(new SharedArrayBuffer(source.length * 4));
    this.data.set(source);
    this.dim = dim;
    this.count = source.length / dim;
  }

  rows(first: number, count: number): Rows {
    const data = this.data.subarray(first * this.dim, (first + count) * this.dim);
    return { first, count, tensor: { dtype: 'float32', dims: [count, this.dim], data } };
  }

  /** These rows as columns, [dim, count]; the matrix is transposed once, block by block. */
  transposed({ first, count }: Rows): HostTensor {
    const at = first * this.dim;
    if (this.#transposed === undefined) {
      this.#transposed = new Float32Array(new SharedArrayBuffer(this.data.byteLength));
    }
    const data = this.#transposed.subarray(at, at + count * this.dim);
    if (!this.#written.has(first)) {
      transpose(this.data.subarray(at, at + count * this.dim), { rows: count, into: data });
      this.#written.add(first);
    }
    return { dtype: 'float32', dims: [this.dim, count], data };
  }

  blocks(size: number): readonly Rows[] {
    const blocks: Rows[] = [];
    for (let first = 0; first < this.count; first += size) {
      blocks.push(this.rows(first, Math.min(size, this.count - first)));
    }
    return blocks;
  }
}

export interface TilePair {
  readonly rows: Rows;
  readonly columns: Rows;
  /** Whether rows and columns are the same block. */
  readonly diagonal: boolean;
}

/** Pairs of blocks on and above the diagonal, row by row. */
export function upperTiles(blocks: readonly Rows[]): readonly TilePair[] {
  return blocks.flatMap((rows, i) =>
    blocks.slice(i).map((columns, j) => ({ rows, columns, diagonal: j === 0 })),
  );
}

/**
 * Each unordered pair of blocks once, so ordered that neighbours in the list share neither rows nor columns:
 * the diagonal, then the pairs one block apart, two blocks apart and so on, going round.
 */
export function roundTiles(blocks: readonly Rows[]): readonly TilePair[] {
  const tiles: TilePair[] = [];
  for (let apart = 0; 2 * apart <= blocks.length; apart++) {
    const isHalfway = apart > 0 && 2 * apart === blocks.length;
    blocks.slice(0, isHalfway ? apart : blocks.length).forEach((rows, i) => {
      const columns = blocks[(i + apart) % blocks.length];
      if (columns !== undefined) tiles.push({ rows, columns, diagonal: apart === 0 });
    });
  }
  return tiles;
}

/** All pairs of blocks of two matrices; neighbours in the list share no rows. */
export function crossTiles(rows: readonly Rows[], columns: readonly Rows[]): readonly TilePair[] {
  return columns.flatMap((column) =>
    rows.map((row) => ({ rows: row, columns: column, diagonal: false })),
  );
}

/** Writes the matrix [rows, columns] as [columns, rows]. */
export function transpose(
  source: Float32Array,
  options: { readonly rows: number; readonly into: Float32Array },
): void {
  const { rows, into } = options;
  const columns = source.length / rows;
  // In squares of 16 by 16, which stay in the cache on both sides.
  for (let top = 0; top < rows; top += 16) {
    for (let left = 0; left < columns; left += 16) {
      const bottom = Math.min(rows, top + 16);
      const right = Math.min(columns, left + 16);
      for (let j = left; j < right; j++) {
        for (let i = top; i < bottom; i++) into[j * rows + i] = source[i * columns + j] ?? 0;
      }
    }
  }
}

/** Finished tiles that may wait to be taken, for each that may be under way. */
const FINISHED_PER_RUNNING = 4;

/**
 * Runs `start` for each tile and hands the outputs to `take` in the order of the tiles, so that sums
 * are always added in the same order. Up to `ahead` tiles are under way at once; one that is slow holds
 * back the taking of later ones, and not their computation.
 */
export async function runTiles(
  tiles: readonly TilePair[],
  options: {
    readonly ahead: number;
    readonly start: (tile: TilePair) => Promise<Record<string, HostTensor>>;
    readonly take: (tile: TilePair, outputs: Record<string, HostTensor>) => void | Promise<void>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const { ahead, start, take, signal } = options;
  const pending: { tile: TilePair; outputs: Promise<Record<string, HostTensor>> }[] = [];
  const running = new Set<Promise<unknown>>();
  const finished = new Set<Promise<unknown>>();
  const takeFirst = async (): Promise<void> => {
    const first = pending.shift();
    if (first === undefined) return;
    await take(first.tile, await first.outputs);
    finished.delete(first.outputs);
  };
  for (const tile of tiles) {
    signal?.throwIfAborted();
    while (running.size >= ahead) await Promise.race(running);
    const outputs = start(tile);
    // Awaited in its turn; until then a failure must not count as unhandled.
    const settled: Promise<unknown> = outputs
      .catch(() => undefined)
      .finally(() => {
        running.delete(settled);
        finished.add(outputs);
      });
    running.add(settled);
    pending.push({ tile, outputs });
    const isFull = (): boolean => pending.length > FINISHED_PER_RUNNING * ahead;
    while (isFull() || (pending[0] !== undefined && finished.has(pending[0].outputs))) {
      await takeFirst();
    }
  }
  while (pending.length > 0) {
    signal?.throwIfAborted();
    await takeFirst();
  }
}

/** Sessions of tile graphs, opened on first use. */
export class TileSessions {
  readonly #runtime: Runtime;
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #masks = new Map<number, HostTensor>();
  #spare: readonly Float32Array[] = [];

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Tiles to have under way: one for every lane, and as many waiting for it. */
  get ahead(): number {
    return this.#runtime.provider === 'cpu' ? 2 * this.#runtime.threads : 2;
  }

  get(key: string, build: () => Graph): Promise<Session> {
    let session = this.#sessions.get(key);
    if (session === undefined) {
      const graph = build();
      // A tile keeps one core busy from end to end, element-wise operators included.
      const lanes = this.#runtime.threads;
      session = this.#runtime.session(encodeModel(graph), { name: graph.name, lanes });
      this.#sessions.set(key, session);
    }
    return session;
  }

  /** 1 strictly above the diagonal, [size, size], in shared memory. */
  upper(size: number): HostTensor {
    let mask = this.#masks.get(size);
    if (mask === undefined) {
      const data = new Float32Array(new SharedArrayBuffer(size * size * 4));
      for (let i = 0; i < size; i++) data.fill(1, i * size + i + 1, (i + 1) * size);
      mask = { dtype: 'float32', dims: [size, size], data };
      this.#masks.set(size, mask);
    }
    return mask;
  }

  /** Numbers on shared memory, whatever they are. A pass after the other works in the same arrays. */
  borrow(length: number): Float32Array {
    const at = this.#spare.findIndex((array) => array.length === length);
    if (at < 0) return new Float32Array(new SharedArrayBuffer(length * 4));
    const array = this.#spare[at];
    this.#spare = this.#spare.filter((_, index) => index !== at);
    return array ?? new Float32Array(new SharedArrayBuffer(length * 4));
  }

  /** Keeps the arrays of the latest size for the next pass. */
  giveBack(arrays: readonly Float32Array[]): void {
    const length = arrays[0]?.length;
    this.#spare = [...this.#spare.filter((array) => array.length === length), ...arrays];
  }

  /** The matrices of a tile; one block against itself comes with the mask. */
  tileFeeds({ rows, columns, diagonal }: TilePair): Record<string, HostTensor> {
    return diagonal
      ? { rows: rows.tensor, upper: this.upper(rows.count) }
      : { rows: rows.tensor, columns: columns.tensor };
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#sessions.values());
    this.#sessions.clear();
    this.#masks.clear();
    this.#spare = [];
    for (const result of opened) {
      if (result.status === 'fulfilled') await result.value.dispose();
    }
  }
}

/** A scalar feed. */
export function scalar(value: number): HostTensor {
  return { dtype: 'float32', dims: [], data: Float32Array.of(value) };
}

/** The numbers of an output. */
export function numbers(outputs: Readonly<Record<string, HostTensor>>, name: string): Float32Array {
  const tensor = outputs[name];
  if (tensor === undefined) throw new Error(`internal error: no output '${name}'`);
  return tensor.data as Float32Array;
}

/** The indices of an ArgMax or ArgMin output. */
export function indices(
  outputs: Readonly<Record<string, HostTensor>>,
  name: string,
): BigInt64Array {
  const tensor = outputs[name];
  if (tensor === undefined) throw new Error(`internal error: no output '${name}'`);
  return tensor.data as BigInt64Array;
}
