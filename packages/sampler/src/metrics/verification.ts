/**
 * @file Verification figures of genuine and impostor angles, exact for any number of them.
 *
 * Angles are float32 numbers from 0 to π, whose bit patterns are ordered as they are. Two passes over
 * the impostors count first the upper and then the lower 16 bits, so that every order statistic is
 * found without keeping or sorting the pairs.
 */

import { ParameterError } from '../errors.ts';

/** Hands blocks of angles to `take`; called twice, and must give the same angles both times. */
export type AngleScan = (take: (theta: Float32Array) => void) => Promise<void>;

export interface Verification {
  /** Equal error rate, 0..1. */
  readonly eer: number;
  /** Angle at which it is reached, radians. */
  readonly eerTheta: number;
  /** Share of genuine pairs accepted at each false-accept rate that the impostors resolve. */
  readonly tarAtFar: readonly TarAtFar[];
  readonly genuine: number;
  readonly impostors: number;
}

export interface TarAtFar {
  readonly far: number;
  readonly tar: number;
  /** Pairs below this angle are accepted, radians. */
  readonly theta: number;
}

const RATES = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const;
const UPPER_BINS = 1 << 15; // the sign bit is 0
const LOWER_BINS = 1 << 16;

/**
 * EER and TAR at FAR 1e-1 to 1e-6, as far as there are impostors enough to tell.
 *
 * @param genuine angles of pairs of one identity, not empty
 * @throws ParameterError when either side is empty
 */
export async function verification(options: {
  readonly genuine: Float32Array;
  readonly impostor: Float32Array | AngleScan;
}): Promise<Verification> {
  const { genuine, impostor } = options;
  const scan: AngleScan =
    typeof impostor === 'function' ? impostor : (take) => Promise.resolve(take(impostor));
  const coarse = new Counts(UPPER_BINS);
  await scan((theta) => coarse.add(theta, (bits) => bits >>> 16));
  const impostors = coarse.total;
  if (genuine.length === 0 || impostors === 0) {
    throw new ParameterError(
      'verification',
      'needs at least one genuine and one impostor pair; measure at least two identities with variations.',
    );
  }
  const accepted = new Counts(UPPER_BINS);
  accepted.add(genuine, (bits) => bits >>> 16);

  const ranks = RATES.filter((far) => far * impostors >= 1).map((far) => ({
    far,
    rank: Math.floor(far * impostors),
  }));
  const crossing = crossingBin(accepted, coarse);
  const wanted = new Set([crossing, ...ranks.map(({ rank }) => coarse.binOfRank(rank))]);
  const fine = new Map([...wanted].map((bin) => [bin, new Counts(LOWER_BINS)]));
  await scan((theta) => countWithin(theta, fine));

  const sorted = genuine.toSorted();
  const tarAtFar = ranks.map(({ far, rank }) => {
    const bin = coarse.binOfRank(rank);
    const lower = fine.get(bin)?.binOfRank(rank - coarse.before(bin)) ?? 0;
    const theta = fromBits(bin, lower);
    return { far, tar: countBelow(sorted, theta) / genuine.length, theta };
  });
  const error = equalError({ sorted, coarse, fine, bin: crossing });
  return { ...error, tarAtFar, genuine: genuine.length, impostors };
}

/** Counts per bin with running totals. */
class Counts {
  readonly #counts: Float64Array;
  #cumulative: Float64Array | undefined;
  total = 0;

  constructor(bins: number) {
    this.#counts = new Float64Array(bins);
  }

  add(theta: Float32Array, binOf: (bits: number) => number): void {
    for (const bits of bitsOf(theta)) this.count(binOf(bits));
  }

  count(bin: number): void {
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.total += 1;
  }

  at(bin: number): number {
    return this.#counts[bin] ?? 0;
  }

  /** How many lie in lower bins. Call only after all are counted. */
  before(bin: number): number {
    if (this.#cumulative === undefined) {
      const sums = new Float64Array(this.#counts.length + 1);
      for (let i = 0; i < this.#counts.length; i++) sums[i + 1] = (sums[i] ?? 0) + this.at(i);
      this.#cumulative = sums;
    }
    return this.#cumulative[bin] ?? this.total;
  }

  /** The bin of the element with this rank, from 0; the last bin with elements when there are too few. */
  binOfRank(rank: number): number {
    const limited = Math.min(rank, this.total - 1);
    let low = 0;
    let high = this.#counts.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.before(middle + 1) > limited) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The first bin at whose end as large a share of impostors is accepted as of genuine pairs refused. */
function crossingBin(genuine: Counts, impostors: Counts): number {
  for (let bin = 0; bin < UPPER_BINS; bin++) {
    const refused = 1 - genuine.before(bin + 1) / genuine.total;
    if (impostors.before(bin + 1) / impostors.total >= refused) return bin;
  }
  return UPPER_BINS - 1;
}

function equalError(options: {
  readonly sorted: Float32Array;
  readonly coarse: Counts;
  readonly fine: ReadonlyMap<number, Counts>;
  readonly bin: number;
}): { readonly eer: number; readonly eerTheta: number } {
  const { sorted, coarse, fine, bin } = options;
  const inBin = fine.get(bin);
  let previous = { far: coarse.before(bin) / coarse.total, frr: 1, theta: fromBits(bin, 0) };
  previous.frr = 1 - countBelow(sorted, previous.theta) / sorted.length;
  for (let lower = 0; lower < LOWER_BINS; lower++) {
    const theta = fromBits(bin, lower);
    const accepted = coarse.before(bin) + (inBin?.before(lower + 1) ?? 0);
    const far = accepted / coarse.total;
    // Accepted are angles up to and with this one.
    const next = fromBits(bin, lower + 1);
    const frr = 1 - countBelow(sorted, next) / sorted.length;
    if (far >= frr) {
      const best = far - frr <= previous.frr - previous.far ? { far, frr, theta } : previous;
      return { eer: (best.far + best.frr) / 2, eerTheta: best.theta };
    }
    previous = { far, frr, theta };
  }
  return { eer: (previous.far + previous.frr) / 2, eerTheta: previous.theta };
}

function countWithin(theta: Float32Array, fine: ReadonlyMap<number, Counts>): void {
  for (const bits of bitsOf(theta)) fine.get(bits >>> 16)?.count(bits & 0xffff);
}

function bitsOf(theta: Float32Array): Uint32Array {
  return new Uint32Array(theta.buffer, theta.byteOffset, theta.length);
}

function fromBits(upper: number, lower: number): number {
  const bits = Uint32Array.of(upper * LOWER_BINS + lower);
  return new Float32Array(bits.buffer)[0] ?? 0;
}

/** How many of the ascending values are below the limit. */
function countBelow(sorted: Float32Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
