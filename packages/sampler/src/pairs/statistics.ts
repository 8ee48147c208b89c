/** @file Angles over all pairs, added up tile by tile. */

import type { HostTensor } from '../runtime/types.ts';
import { Spread } from './accumulators.ts';
import type { Summary } from './accumulators.ts';
import { angleBetween } from './exact.ts';
import { CLOSE_COSINE } from './graphs.ts';
import { numbers } from './tiles.ts';
import type { SharedRows, TilePair } from './tiles.ts';

/** Angles over all unordered pairs. */
export interface PairStatistics {
  /** Radians; all 0 when there is no pair. */
  readonly theta: Summary;
  /** Share of pairs with θ > ICT, 0..1. */
  readonly aboveIct: number;
  readonly pairs: number;
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
    };
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
        this.#onClose(i, j, theta);
      }
    }
  }
}

function angle(cosine: number): number {
  return Math.acos(Math.min(1, Math.max(-1, cosine)));
}
