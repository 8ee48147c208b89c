/** @file Histograms of angles. */

export interface Histogram {
  /** Ascending, one more than there are counts, radians. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Counts angles in equal bins from 0 to π. */
export class AngleHistogram {
  readonly #counts: Float64Array;

  constructor(bins: number) {
    this.#counts = new Float64Array(bins);
  }

  add(theta: Float32Array): void {
    const bins = this.#counts.length;
    const perRadian = bins / Math.PI;
    for (let i = 0; i < theta.length; i++) {
      const bin = Math.min(bins - 1, Math.floor((theta[i] ?? 0) * perRadian));
      this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    }
  }

  result(): Histogram {
    const bins = this.#counts.length;
    return {
      edges: Array.from({ length: bins + 1 }, (_, i) => (i * Math.PI) / bins),
      counts: [...this.#counts],
    };
  }
}
