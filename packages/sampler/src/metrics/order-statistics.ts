/**
 * @file Order statistics of any number of values, exact, without keeping or sorting them.
 *
 * Float32 numbers from 0 up have bit patterns that are ordered as they are. Two passes over the values
 * count first the upper and then the lower 16 bits.
 */

/** Hands blocks of values, none negative, to `take`; must give the same values each time it is called. */
export type ValueScan = (take: (values: Float32Array) => void) => Promise<void>;

/** The sign bit is 0. */
export const UPPER_BINS = 1 << 15;
export const LOWER_BINS = 1 << 16;

/** Counts per bin with running totals. */
export class Counts {
  readonly #counts: Float64Array;
  #cumulative: Float64Array | undefined;
  total = 0;

  constructor(bins: number) {
    this.#counts = new Float64Array(bins);
  }

  /** Counts by the upper 16 bits. */
  addUpper(values: Float32Array): void {
    const bits = bitsOf(values);
    for (let i = 0; i < bits.length; i++) {
      const bin = (bits[i] ?? 0) >>> 16;
      this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    }
    this.total += bits.length;
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

/** Counts the lower 16 bits of the values whose upper 16 are among these bins. */
export function addLower(values: Float32Array, fine: ReadonlyMap<number, Counts>): void {
  const bits = bitsOf(values);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i] ?? 0;
    fine.get(word >>> 16)?.count(word & 0xffff);
  }
}

/** The value with these upper and lower 16 bits. */
export function fromBits(upper: number, lower: number): number {
  const bits = Uint32Array.of(upper * LOWER_BINS + lower);
  return new Float32Array(bits.buffer)[0] ?? 0;
}

/** How many of the ascending values are below the limit. */
export function countBelow(sorted: Float32Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The value below which at most this share of all lies, and how large a share does: the finest the values
 * resolve where they are too few for it. Null where there are fewer than two.
 */
export async function lowerQuantile(
  scan: ValueScan,
  share: number,
): Promise<{ readonly value: number; readonly share: number; readonly total: number } | null> {
  const coarse = new Counts(UPPER_BINS);
  await scan((values) => coarse.addUpper(values));
  if (coarse.total < 2) return null;
  const rank = Math.max(1, Math.floor(share * coarse.total));
  const bin = coarse.binOfRank(rank);
  const fine = new Counts(LOWER_BINS);
  await scan((values) => addLower(values, new Map([[bin, fine]])));
  const lower = fine.binOfRank(rank - coarse.before(bin));
  const below = coarse.before(bin) + fine.before(lower);
  return { value: fromBits(bin, lower), share: below / coarse.total, total: coarse.total };
}

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}
