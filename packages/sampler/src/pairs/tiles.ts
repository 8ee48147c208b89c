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

/** All pairs of blocks of two matrices. */
export function crossTiles(rows: readonly Rows[], columns: readonly Rows[]): readonly TilePair[] {
  return rows.flatMap((row) =>
    columns.map((column) => ({ rows: row, columns: column, diagonal: false })),
  );
}

/**
 * Runs `start` for each tile and hands the outputs to `take` in the order of the tiles, so that sums
 * are always added in the same order. The next tile computes while the last one is taken.
 */
export async function runTiles(
  tiles: readonly TilePair[],
  options: {
    readonly start: (tile: TilePair) => Promise<Record<string, HostTensor>>;
    readonly take: (tile: TilePair, outputs: Record<string, HostTensor>) => void | Promise<void>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const { start, take, signal } = options;
  let pending: { tile: TilePair; outputs: Promise<Record<string, HostTensor>> } | undefined;
  for (const tile of [...tiles, undefined]) {
    signal?.throwIfAborted();
    const outputs = tile && start(tile);
    // Awaited in the next turn; until then a failure must not count as unhandled.
    outputs?.catch(() => undefined);
    if (pending !== undefined) await take(pending.tile, await pending.outputs);
    pending = tile && outputs && { tile, outputs };
  }
}

/** Sessions of tile graphs, opened on first use. */
export class TileSessions {
  readonly #runtime: Runtime;
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #masks = new Map<number, HostTensor>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get(key: string, build: () => Graph): Promise<Session> {
    let session = this.#sessions.get(key);
    if (session === undefined) {
      const graph = build();
      session = this.#runtime.session(encodeModel(graph), { name: graph.name });
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

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#sessions.values());
    this.#sessions.clear();
    this.#masks.clear();
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
