/** @file Verification figures of genuine and impostor pairs, exact for any number of impostors. */

import { ParameterError } from '../errors.ts';
import {
  addLower,
  countBelow,
  Counts,
  fromBits,
  LOWER_BINS,
  UPPER_BINS,
} from './order-statistics.ts';
import type { ValueScan } from './order-statistics.ts';

export interface Verification {
  /** Equal error rate, 0..1. */
  readonly eer: number;
  /** Dissimilarity at which it is reached. */
  readonly eerTheta: number;
  /** One for every rate of 1e-1 to 1e-6. */
  readonly tarAtFar: readonly TarAtFar[];
  /** From the strictest threshold to the loosest. */
  readonly roc: readonly RocPoint[];
  readonly genuine: number;
  readonly impostors: number;
}

export interface TarAtFar {
  readonly far: number;
  /** Share of genuine pairs accepted; null where there are fewer impostors than 1/far. */
  readonly tar: number | null;
  /** Pairs below this dissimilarity are accepted. */
  readonly theta: number | null;
}

/** Of the pairs below `theta` are accepted: `far` of the impostors and `tar` of the genuine ones. */
export interface RocPoint {
  readonly far: number;
  readonly tar: number;
  readonly theta: number;
}

const RATES = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const;
/** Points of the curve, a tenfold of false accepts. */
const POINTS_PER_DECADE = 20;

/**
 * EER, TAR at FAR 1e-1 to 1e-6 and the ROC. Pairs are given by a dissimilarity that is not negative: θ, or
 * anything that orders pairs as θ does; thresholds come in the same measure.
 *
 * @param genuine of pairs of one identity, not empty
 * @param impostor of pairs of different identities; a scan is called twice
 * @throws ParameterError when either side is empty
 */
export async function verification(options: {
  readonly genuine: Float32Array;
  readonly impostor: Float32Array | ValueScan;
}): Promise<Verification> {
  const { genuine, impostor } = options;
  const scan: ValueScan =
    typeof impostor === 'function' ? impostor : (take) => Promise.resolve(take(impostor));
  const coarse = new Counts(UPPER_BINS);
  await scan((values) => coarse.addUpper(values));
  const impostors = coarse.total;
  if (genuine.length === 0 || impostors === 0) {
    throw new ParameterError(
      'verification',
      'needs at least one genuine and one impostor pair; measure at least two identities with variations.',
    );
  }
  const accepted = new Counts(UPPER_BINS);
  accepted.addUpper(genuine);

  const rankOf = (far: number): number | null =>
    far * impostors >= 1 ? Math.floor(far * impostors) : null;
  const crossing = crossingBin(accepted, coarse);
  const wanted = new Set([crossing]);
  for (const far of RATES) {
    const rank = rankOf(far);
    if (rank !== null) wanted.add(coarse.binOfRank(rank));
  }
  const fine = new Map([...wanted].map((bin) => [bin, new Counts(LOWER_BINS)]));
  await scan((values) => addLower(values, fine));

  const sorted = genuine.toSorted();
  const tarAtFar = RATES.map((far) => {
    const rank = rankOf(far);
    if (rank === null) return { far, tar: null, theta: null };
    const bin = coarse.binOfRank(rank);
    const lower = fine.get(bin)?.binOfRank(rank - coarse.before(bin)) ?? 0;
    const theta = fromBits(bin, lower);
    return { far, tar: countBelow(sorted, theta) / genuine.length, theta };
  });
  const error = equalError({ sorted, coarse, fine, bin: crossing });
  const roc = curve(accepted, coarse);
  return { ...error, tarAtFar, roc, genuine: genuine.length, impostors };
}

/** Exact points at the edges of bins, thinned: none is closer than a step to the last one on both axes. */
function curve(genuine: Counts, impostors: Counts): readonly RocPoint[] {
  const points: RocPoint[] = [];
  let last: RocPoint = { far: 0, tar: -1, theta: 0 };
  for (let bin = 0; bin <= UPPER_BINS; bin++) {
    const far = impostors.before(bin) / impostors.total;
    const tar = genuine.before(bin) / genuine.total;
    const isEnd = far === 1 && tar === 1;
    const isStep = (far > 0 && last.far === 0) || far > last.far * 10 ** (1 / POINTS_PER_DECADE);
    if (isEnd || isStep || tar - last.tar >= 0.02) {
      last = { far, tar, theta: fromBits(bin, 0) };
      points.push(last);
    }
    if (isEnd) break;
  }
  return points;
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
