/** @file All pairs of a set of identities, in blocks: memory of the order of N·E + block². */

import type { Runtime } from '../runtime/types.ts';
import type { Summary } from './accumulators.ts';
import { scanDistances, summariseDistances } from './distances.ts';
import { findNearest } from './nearest.ts';
import type { Nearest } from './nearest.ts';
import { mutualRepulsion, oneSidedRepulsion, pairStatistics } from './repulsion.ts';
import type { Potential, Repulsion } from './repulsion.ts';
import { scanPairs } from './scan.ts';
import type { ScanLine } from './scan.ts';
import type { PairStatistics } from './statistics.ts';
import { SharedRows, TileSessions } from './tiles.ts';

export interface PairOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Rows and columns of a tile at the most: the matrix product's peak, 4 MB of cosines. */
const LARGEST_BLOCK = 1000;
const SMALLEST_BLOCK = 128;
/** Small sets are cut as well, so that every core has a tile. */
const LEAST_BLOCKS = 8;

/**
 * Computations over all pairs of unit rows. The caller that opened it closes it. Pairs closer than
 * 0.01 rad are computed in float64: identical embeddings have distance 0 exactly.
 */
export class PairEngine {
  readonly dim: number;
  readonly #block: number | undefined;
  readonly #sessions: TileSessions;

  /** @param block rows and columns of a tile; by default chosen by the number of rows */
  constructor(runtime: Runtime, dim: number, block: number | undefined) {
    this.dim = dim;
    this.#block = block;
    this.#sessions = new TileSessions(runtime);
  }

  /** θ over all pairs of rows of `e` [N, E]. */
  statistics(
    e: Float32Array,
    options: PairOptions & { readonly ict: number },
  ): Promise<PairStatistics> {
    const rows = new SharedRows(e, this.dim);
    return pairStatistics(this.#sessions, rows, { ...options, block: this.#blockFor(rows.count) });
  }

  /** dU/dê of U_i = Σ_{j≠i} k/2 max(0, d0 - θ_ij)², each row differentiated with the others held. */
  repulsion(e: Float32Array, options: PairOptions & Potential): Promise<Repulsion> {
    const rows = new SharedRows(e, this.dim);
    return mutualRepulsion(this.#sessions, rows, { ...options, block: this.#blockFor(rows.count) });
  }

  /** The same against the fixed unit rows of a gallery [M, E]: every row of `e` from every one of it. */
  galleryRepulsion(
    e: Float32Array,
    gallery: Float32Array,
    options: PairOptions & Potential,
  ): Promise<Repulsion> {
    const rows = new SharedRows(e, this.dim);
    const fixed = new SharedRows(gallery, this.dim, 'gallery');
    const block = this.#blockFor(Math.max(rows.count, fixed.count));
    return oneSidedRepulsion(this.#sessions, { rows, fixed }, { ...options, block });
  }

  /**
   * The nearest other row of each row of `e` [N, E], N at least 2.
   *
   * @param options.onProgress told the share of all pairs that is done, above 0 to 1
   */
  nearest(
    e: Float32Array,
    options: PairOptions & { readonly onProgress?: ((share: number) => void) | undefined } = {},
  ): Promise<Nearest> {
    const rows = new SharedRows(e, this.dim);
    return findNearest(this.#sessions, rows, { ...options, block: this.#blockFor(rows.count) });
  }

  /** Hands 1 - cos θ of every unordered pair of rows of `e` [N, E] to `take`, in a fixed order. */
  scan(
    e: Float32Array,
    take: (line: Readonly<ScanLine>) => void,
    { signal }: PairOptions = {},
  ): Promise<void> {
    const rows = new SharedRows(e, this.dim);
    const options = { block: this.#blockFor(rows.count), take, signal };
    return scanPairs(this.#sessions, { rows, others: null }, options);
  }

  /** The same of every row of `e` [N, E] against every row of a gallery [M, E]. */
  scanAgainst(
    e: Float32Array,
    gallery: Float32Array,
    options: PairOptions & { readonly take: (line: Readonly<ScanLine>) => void },
  ): Promise<void> {
    const rows = new SharedRows(e, this.dim);
    const others = new SharedRows(gallery, this.dim, 'gallery');
    const block = this.#blockFor(Math.max(rows.count, others.count));
    return scanPairs(this.#sessions, { rows, others }, { ...options, block });
  }

  /** |w_i - w_j| over all pairs of rows of `w` [N, D], D the length of the centre. */
  distances(
    w: Float32Array,
    options: PairOptions & { readonly centre: Float32Array },
  ): Promise<Summary> {
    const block = this.#blockFor(w.length / options.centre.length);
    return summariseDistances(this.#sessions, w, { ...options, block });
  }

  /** Hands |w_i - w_j| of every unordered pair to `take`; the array is reused. */
  scanDistances(
    w: Float32Array,
    take: (distances: Float32Array) => void,
    options: PairOptions & { readonly centre: Float32Array },
  ): Promise<void> {
    const block = this.#blockFor(w.length / options.centre.length);
    return scanDistances(this.#sessions, w, { ...options, block, take });
  }

  /** Disposes the graphs. */
  close(): Promise<void> {
    return this.#sessions.close();
  }

  /** How rows are cut depends on their number alone, never on the machine: sums keep their bits. */
  #blockFor(count: number): number {
    if (this.#block !== undefined) return this.#block;
    return Math.min(LARGEST_BLOCK, Math.max(SMALLEST_BLOCK, Math.ceil(count / LEAST_BLOCKS)));
  }
}
