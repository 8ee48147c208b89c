/** @file Histograms of angles and of distances. */

import { angleOfVersine, versineOfAngle } from '../pairs/index.ts';

export interface Histogram {
  /** Ascending, one more than there are counts; radians, or latent units. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Counts angles in equal bins from 0 to π. */
export class AngleHistogram {
  readonly #counts: Float64Array;
  /** 1 - cos of every edge, and one that nothing exceeds. */
  readonly #versines: Float64Array;
  /** The bin in which to begin looking, by the upper 16 bits of a float32 versine: most bits decide it. */
  readonly #firstBin: Uint16Array;

  constructor(bins: number) {
    this.#counts = new Float64Array(bins);
    this.#versines = Float64Array.from({ length: bins + 1 }, (_, i) =>
      i === bins ? Infinity : versineOfAngle((i * Math.PI) / bins),
    );
    // 2 is the largest versine; its bits begin with 0x4000.
    const bits = new Uint32Array(1);
    const value = new Float32Array(bits.buffer);
    this.#firstBin = Uint16Array.from({ length: 0x4001 }, (_, upper) => {
      bits[0] = upper << 16;
      return Math.min(bins - 1, Math.floor((angleOfVersine(value[0] ?? 0) * bins) / Math.PI));
    });
  }

  /** Radians. */
  add(theta: Float32Array): void {
    const bins = this.#counts.length;
    const perRadian = bins / Math.PI;
    for (let i = 0; i < theta.length; i++) {
      const bin = Math.min(bins - 1, Math.floor((theta[i] ?? 0) * perRadian));
      this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    }
  }

  /** Angles as 1 - cos θ: no arccosine is taken. */
  addVersines(versines: Float32Array): void {
    const bits = new Uint32Array(versines.buffer, versines.byteOffset, versines.length);
    const edges = this.#versines;
    for (let i = 0; i < versines.length; i++) {
      const versine = versines[i] ?? 0;
      let bin = this.#firstBin[(bits[i] ?? 0) >>> 16] ?? 0;
      while (versine >= (edges[bin + 1] ?? Infinity)) bin++;
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

/** Counts distances of unknown range in equal bins from 0, whose width doubles when the range is outgrown. */
export class DistanceHistogram {
  readonly #counts: Float64Array;
  #width = 0;

  constructor(bins: number) {
    this.#counts = new Float64Array(bins);
  }

  add(distances: Float32Array): void {
    const bins = this.#counts.length;
    for (const distance of distances) {
      if (distance >= this.#width * bins) this.#widen(distance);
      const bin = this.#width === 0 ? 0 : Math.floor(distance / this.#width);
      this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    }
  }

  /** Null when nothing was added. Bins are cut after the last filled one. */
  result(): Histogram | null {
    const last = this.#counts.findLastIndex((count) => count > 0);
    if (last < 0) return null;
    return {
      edges: Array.from({ length: last + 2 }, (_, i) => i * this.#width),
      counts: [...this.#counts.subarray(0, last + 1)],
    };
  }

  #widen(distance: number): void {
    const bins = this.#counts.length;
    if (this.#width === 0) {
      // A power of two, so that the bins do not depend on which distance came first.
      this.#width = distance === 0 ? 0 : 2 ** Math.ceil(Math.log2((2 * distance) / bins));
      return;
    }
    while (distance >= this.#width * bins) {
      this.#width *= 2;
      for (let bin = 0; bin < bins; bin++) {
        const [a, b] = [this.#counts[2 * bin] ?? 0, this.#counts[2 * bin + 1] ?? 0];
        this.#counts[bin] = 2 * bin < bins ? a + b : 0;
      }
    }
  }
}
