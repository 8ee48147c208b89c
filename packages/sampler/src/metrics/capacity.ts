/** @file How the share of identities that stay apart falls as their number grows. */

import { STREAMS, uniform } from '../random/random.ts';

export interface Capacity {
  /** Seeded random orders of the identities; a subset of n is the first n of an order. */
  readonly draws: number;
  readonly points: readonly CapacityPoint[];
  /** Null where the shares do not say how they fall: all 1, or all 0. */
  readonly fit: CapacityFit | null;
}

export interface CapacityPoint {
  /** Identities of a subset. */
  readonly n: number;
  /** Mean share of them with no other of the subset closer than the ICT. */
  readonly share: number;
  /** Standard deviation of the share over the draws; 0 for all identities, of which there is one subset. */
  readonly deviation: number;
}

/**
 * share(n) = exp(-c · (n - 1)^b). With b = 1 every further identity comes too close with the same chance,
 * independently; b < 1 where identities were kept apart or conflicts gather on few of them.
 */
export interface CapacityFit {
  readonly formula: 'share(n) = exp(-c (n - 1)^b)';
  readonly b: number;
  readonly c: number;
  /** Root of the mean squared difference of the measured shares from the formula. */
  readonly residual: number;
  /** Sizes at which the formula gives these shares, or null beyond 1e12. */
  readonly sizeAtShare: readonly { readonly share: number; readonly n: number | null }[];
  /** Beyond what was measured: 2, 5, 10 and 100 times the identities there are. */
  readonly extrapolated: readonly { readonly n: number; readonly share: number }[];
}

const SIZES = 14;
const DRAWS = 8;
const SHARES = [0.99, 0.9, 0.5] as const;
const BEYOND = [2, 5, 10, 100] as const;
const LARGEST = 1e12;

/** Takes every pair that is closer than the ICT, then tells the curve. */
export class CapacityTally {
  readonly #identities: number;
  /** Place of each identity in each order. */
  readonly #ranks: readonly Int32Array[];
  /** Per order and identity, the smallest subset in which it is too close to another one, less 1. */
  readonly #firstConflict: readonly Int32Array[];

  constructor(identities: number, seed: number) {
    this.#identities = identities;
    this.#ranks = Array.from({ length: DRAWS }, (_, draw) => ranksOf(identities, seed, draw));
    this.#firstConflict = this.#ranks.map(() => new Int32Array(identities).fill(identities));
  }

  /** The pair (i, j) is closer than the ICT. */
  addConflict(i: number, j: number): void {
    for (let draw = 0; draw < DRAWS; draw++) {
      const ranks = this.#ranks[draw];
      const first = this.#firstConflict[draw];
      if (ranks === undefined || first === undefined) continue;
      const together = Math.max(ranks[i] ?? 0, ranks[j] ?? 0);
      if (together < (first[i] ?? 0)) first[i] = together;
      if (together < (first[j] ?? 0)) first[j] = together;
    }
  }

  result(): Capacity {
    const points = subsetSizes(this.#identities).map((n) => {
      const shares = this.#ranks.map((_, draw) => this.#share(draw, n));
      const share = shares.reduce((sum, x) => sum + x, 0) / DRAWS;
      const variance = shares.reduce((sum, x) => sum + (x - share) ** 2, 0) / (DRAWS - 1);
      return { n, share, deviation: n === this.#identities ? 0 : Math.sqrt(variance) };
    });
    return { draws: DRAWS, points, fit: fitCapacity(points) };
  }

  #share(draw: number, n: number): number {
    const ranks = this.#ranks[draw] ?? new Int32Array(0);
    const first = this.#firstConflict[draw] ?? new Int32Array(0);
    let apart = 0;
    for (let i = 0; i < ranks.length; i++) {
      if ((ranks[i] ?? 0) < n && (first[i] ?? 0) >= n) apart += 1;
    }
    return apart / n;
  }
}

/** Least squares on ln(-ln share) over the points with a share strictly between 0 and 1, weighted by what their size says. */
export function fitCapacity(points: readonly CapacityPoint[]): CapacityFit | null {
  const usable = points.filter(({ n, share }) => n > 1 && share > 0 && share < 1);
  if (usable.length < 3) return null;
  const rows = usable.map(({ n, share }) => ({
    x: Math.log(n - 1),
    y: Math.log(-Math.log(share)),
    // The deviation of ln(-ln s) is that of s over |s ln s|; that of s falls with the root of n.
    weight: n * (share * Math.log(share)) ** 2,
  }));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const meanX = rows.reduce((sum, { x, weight }) => sum + weight * x, 0) / total;
  const meanY = rows.reduce((sum, { y, weight }) => sum + weight * y, 0) / total;
  const spread = rows.reduce((sum, { x, weight }) => sum + weight * (x - meanX) ** 2, 0);
  if (spread === 0) return null;
  const b =
    rows.reduce((sum, { x, y, weight }) => sum + weight * (x - meanX) * (y - meanY), 0) / spread;
  const c = Math.exp(meanY - b * meanX);
  const shareAt = (n: number): number => Math.exp(-c * (n - 1) ** b);
  const squares = points.reduce((sum, { n, share }) => sum + (share - shareAt(n)) ** 2, 0);
  const largest = points.at(-1)?.n ?? 0;
  return {
    formula: 'share(n) = exp(-c (n - 1)^b)',
    b,
    c,
    residual: Math.sqrt(squares / points.length),
    sizeAtShare: SHARES.map((share) => {
      const n = b > 0 ? 1 + (-Math.log(share) / c) ** (1 / b) : Infinity;
      return { share, n: n <= LARGEST ? n : null };
    }),
    extrapolated: BEYOND.map((times) => ({ n: times * largest, share: shareAt(times * largest) })),
  };
}

/** About equal steps of the logarithm from 2 to all. */
function subsetSizes(identities: number): readonly number[] {
  const sizes = Array.from({ length: SIZES }, (_, step) =>
    Math.round(2 * (identities / 2) ** (step / (SIZES - 1))),
  );
  return [...new Set(sizes)];
}

function ranksOf(identities: number, seed: number, draw: number): Int32Array {
  const keys = new Float64Array(identities);
  uniform({ seed, stream: STREAMS.capacityDraw, iteration: draw }, keys);
  const order = Array.from({ length: identities }, (_, i) => i).toSorted(
    (a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b,
  );
  const ranks = new Int32Array(identities);
  order.forEach((identity, rank) => (ranks[identity] = rank));
  return ranks;
}
