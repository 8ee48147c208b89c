/** @file Angles over all pairs, added up tile by tile. */

import type { HostTensor } from '../runtime/types.ts';
import { Spread } from './accumulators.ts';
import type { Summary } from './accumulators.ts';
import { angleBetween } from './exact.ts';
import { CLOSE_COSINE } from './graphs.ts';
import { numbers } from './tiles.ts';
import type { SharedRows, TilePair } from './tiles.ts';

/** Two identities; the second is a row of the gallery where one is compared with. */
export interface ClosestPair {
  readonly [key: string]: number;
  readonly first: number;
  readonly second: number;
  /** Radians. */
  readonly theta: number;
}

/** Angles over all unordered pairs. */
export interface PairStatistics {
  /** Radians; all 0 when there is no pair. */
  readonly theta: Summary;
  /** Share of pairs with θ > ICT, 0..1. */
  readonly aboveIct: number;
  readonly pairs: number;
  /** Null when there is no pair. */
  readonly closest: ClosestPair | null;
}

type Outputs = Record<string, HostTensor>;

/** Whether a tile holds cosines that only the guarded graphs can take. */
export function needsGuard(outputs: Outputs): boolean {
  return (
    numbers(outputs, 'cosine_max').some((cosine) => cosine > CLOSE_COSINE) ||
    numbers(outputs, 'cosine_min').some((cosine) => cosine < -CLOSE_COSINE)
  );
}

/** Adds up the outputs of tiles; pairs that are close in float32 are computed again in float64. */
export class StatisticsCollector {
  readonly #rows: SharedRows;
  readonly #columns: SharedRows;
  readonly #onClose: (i: number, j: number, theta: number) => void;
  readonly #theta = new Spread();
  #above = 0;
  /** Of pairs that no tile had to leave to float64: the row, and the columns among which its nearest is. */
  #nearest: { readonly row: number; readonly from: number; readonly to: number } | null = null;
  #largestCosine = -Infinity;
  #closest: ClosestPair | null = null;

  /** @param onClose called for each close pair with its exact angle */
  constructor(
    rows: SharedRows,
    columns: SharedRows,
    onClose: (i: number, j: number, theta: number) => void = () => undefined,
  ) {
    this.#rows = rows;
    this.#columns = columns;
    this.#onClose = onClose;
  }

  /** @param cosines fetches the cosines of this tile by running it again, so that they are the same bits */
  async take(tile: TilePair, outputs: Outputs, cosines: () => Promise<Outputs>): Promise<void> {
    const { rows: r, columns: c, diagonal } = tile;
    const sums = numbers(outputs, 'theta_sum');
    const above = numbers(outputs, 'above');
    const largest = numbers(outputs, 'cosine_max');
    const smallest = numbers(outputs, 'cosine_min');
    const close: number[] = [];
    for (let i = 0; i < r.count; i++) {
      const count = diagonal ? c.count - i - 1 : c.count;
      if (count === 0) continue;
      this.#above += above[i] ?? 0;
      const least = angle(largest[i] ?? 0);
      const isClose = (largest[i] ?? 0) > CLOSE_COSINE;
      if (isClose) close.push(i);
      else if ((largest[i] ?? 0) > this.#largestCosine) {
        this.#largestCosine = largest[i] ?? 0;
        const from = diagonal ? r.first + i + 1 : c.first;
        this.#nearest = { row: r.first + i, from, to: c.first + c.count };
      }
      this.#theta.addMany({
        min: isClose ? Infinity : least,
        max: angle(smallest[i] ?? 0),
        sum: sums[i] ?? 0,
        count,
      });
    }
    if (close.length > 0) this.#takeClose(tile, close, numbers(await cosines(), 'cosine'));
  }

  result(): PairStatistics {
    const pairs = this.#theta.count;
    return {
      theta: this.#theta.summary(),
      aboveIct: pairs === 0 ? 0 : this.#above / pairs,
      pairs,
      closest: this.#closest ?? this.#findClosest(),
    };
  }

  /** The tiles tell the row and its angle alone; which column it is takes one row of pairs more. */
  #findClosest(): ClosestPair | null {
    if (this.#nearest === null) return null;
    const { row, from, to } = this.#nearest;
    const { dim } = this.#rows;
    let found: ClosestPair | null = null;
    for (let column = from; column < to; column++) {
      const pair = { a: this.#rows.data, i: row, b: this.#columns.data, j: column, dim };
      const theta = angleBetween(pair);
      if (found === null || theta < found.theta) found = { first: row, second: column, theta };
    }
    return found;
  }

  #takeClose(tile: TilePair, lines: readonly number[], cosine: Float32Array): void {
    const { rows: r, columns: c, diagonal } = tile;
    for (const line of lines) {
      for (let column = diagonal ? line + 1 : 0; column < c.count; column++) {
        const value = cosine[line * c.count + column] ?? 0;
        if (value <= CLOSE_COSINE) continue;
        const i = r.first + line;
        const j = c.first + column;
        const dim = this.#rows.dim;
        const theta = angleBetween({ a: this.#rows.data, i, b: this.#columns.data, j, dim });
        this.#theta.correct(angle(value), theta);
        if (this.#closest === null || theta < this.#closest.theta)
          this.#closest = { first: i, second: j, theta };
        this.#onClose(i, j, theta);
      }
    }
  }
}

function angle(cosine: number): number {
  return Math.acos(Math.min(1, Math.max(-1, cosine)));
}
