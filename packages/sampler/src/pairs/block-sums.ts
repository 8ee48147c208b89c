/** @file Sums that tiles add to, block by block, in shared memory and in a fixed order. */

import type { HostTensor } from '../runtime/types.ts';
import type { Rows } from './tiles.ts';

/**
 * One sum of `dim` numbers for each of `count` rows. A tile reads the sum of a block from one array and
 * writes the new one to another, so that nothing is copied back and a tile can be run again.
 */
export class BlockSums {
  readonly #dim: number;
  readonly #arrays: readonly [Float32Array, Float32Array];
  /** Index of the array that holds the sum of the block with this first row; none before its first tile. */
  readonly #current = new Map<number, 0 | 1>();
  #zeros: Float32Array = new Float32Array(0);

  /** @param borrow gives arrays on shared memory, with whatever in them */
  constructor(dim: number, borrow: () => Float32Array) {
    this.#dim = dim;
    this.#arrays = [borrow(), borrow()];
  }

  /** To be borrowed again; this one is of no use any more. */
  get arrays(): readonly Float32Array[] {
    return this.#arrays;
  }

  /** The sum so far. */
  sum(block: Rows, dims: readonly [number, number]): HostTensor {
    const current = this.#current.get(block.first);
    return current === undefined
      ? { dtype: 'float32', dims, data: this.#zerosOf(block) }
      : this.#tensor(block, dims, current);
  }

  /** Where the next sum is written; it counts after {@link advance}. */
  next(block: Rows, dims: readonly [number, number]): HostTensor {
    return this.#tensor(block, dims, this.#currentOf(block) === 0 ? 1 : 0);
  }

  advance(block: Rows): void {
    this.#current.set(block.first, this.#currentOf(block) === 0 ? 1 : 0);
  }

  #zerosOf({ count }: Rows): Float32Array {
    const length = count * this.#dim;
    if (this.#zeros.length < length) {
      this.#zeros = new Float32Array(new SharedArrayBuffer(length * 4));
    }
    return this.#zeros.subarray(0, length);
  }

  #currentOf(block: Rows): 0 | 1 {
    return this.#current.get(block.first) ?? 0;
  }

  #tensor({ first, count }: Rows, dims: readonly [number, number], index: 0 | 1): HostTensor {
    const data = this.#arrays[index].subarray(first * this.#dim, (first + count) * this.#dim);
    return { dtype: 'float32', dims, data };
  }
}

/** Lets work on the same keys follow each other in the order of the calls; other work goes on beside it. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = Promise.all(keys.map((key) => this.#tails.get(key) ?? Promise.resolve()));
    const result = before.then(work);
    // A failure reaches whoever awaits the result; what follows must not hang on it.
    const settled = result.catch(() => undefined);
    for (const key of keys) this.#tails.set(key, settled);
    return result;
  }
}
