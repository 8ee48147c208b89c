/** @file How well embeddings tell identities apart: accuracy over folds, ROC, equal error rate. */

import { TrainingError } from './errors.ts';

/** Scores are cosines of unit embeddings; the squared distance of the protocol is `2 - 2 cos`. */
export interface VerificationScores {
  readonly genuine: Float32Array | Float64Array;
  readonly impostor: Float32Array | Float64Array;
}

export interface FoldedAccuracy {
  readonly mean: number;
  readonly standardDeviation: number;
  /** Accuracy and squared-distance threshold of every fold. */
  readonly folds: readonly { readonly accuracy: number; readonly threshold: number }[];
}

export interface RocSummary {
  readonly equalErrorRate: number;
  /** One entry per requested rate; `trueAcceptRate` is null where there are too few impostor pairs to resolve it. */
  readonly trueAcceptRates: readonly {
    readonly falseAcceptRate: number;
    readonly trueAcceptRate: number | null;
  }[];
}

const THRESHOLD_STEP = 0.01;
const THRESHOLD_COUNT = 401;

/**
 * Accuracy over contiguous folds: the threshold on squared distance (0 to 4 in steps of 0.01) is chosen on all other
 * folds and applied to the one held out. Genuine and impostor pairs are cut into the same number of runs, so every
 * fold holds both.
 *
 * @throws TrainingError when a fold would be empty.
 */
export function foldedAccuracy(
  { genuine, impostor }: VerificationScores,
  foldCount = 10,
): FoldedAccuracy {
  if (genuine.length < foldCount || impostor.length < foldCount) {
    throw new TrainingError(
      'PARAMETER_INVALID',
      `Verification over ${String(foldCount)} folds needs at least that many genuine and impostor pairs, got ${String(genuine.length)} and ${String(impostor.length)}.`,
    );
  }
  const accepted = Array.from({ length: foldCount }, (_, fold) => ({
    genuine: acceptedPerThreshold(slice(genuine, fold, foldCount)),
    impostor: acceptedPerThreshold(slice(impostor, fold, foldCount)),
    genuineCount: slice(genuine, fold, foldCount).length,
    impostorCount: slice(impostor, fold, foldCount).length,
  }));
  const correct = (fold: (typeof accepted)[number], index: number): number =>
    (fold.genuine[index] as number) + fold.impostorCount - (fold.impostor[index] as number);
  const folds = accepted.map((heldOut) => {
    const correctElsewhere = Array.from({ length: THRESHOLD_COUNT }, (_, index) =>
      accepted.reduce((sum, fold) => (fold === heldOut ? sum : sum + correct(fold, index)), 0),
    );
    const best = middleOfBest(correctElsewhere);
    return {
      accuracy: correct(heldOut, best) / (heldOut.genuineCount + heldOut.impostorCount),
      threshold: best * THRESHOLD_STEP,
    };
  });
  const mean = folds.reduce((sum, { accuracy }) => sum + accuracy, 0) / foldCount;
  const variance = folds.reduce((sum, { accuracy }) => sum + (accuracy - mean) ** 2, 0) / foldCount;
  return { mean, standardDeviation: Math.sqrt(variance), folds };
}

/** Equal error rate and true-accept rates at the requested false-accept rates, from all scores at once. */
export function rocSummary(
  { genuine, impostor }: VerificationScores,
  rates: readonly number[],
): RocSummary {
  const accepted = Float64Array.from(genuine).sort();
  const rejected = Float64Array.from(impostor).sort();
  const trueAcceptRateAt = (threshold: number): number =>
    (accepted.length - lowerBound(accepted, threshold)) / accepted.length;
  const trueAcceptRates = rates.map((falseAcceptRate) => {
    const allowed = Math.floor(falseAcceptRate * rejected.length);
    if (allowed < 1) return { falseAcceptRate, trueAcceptRate: null };
    // The highest score that must be refused; anything above it is accepted, so at most `allowed` impostors pass.
    const refused = rejected[rejected.length - 1 - allowed] ?? Number.NEGATIVE_INFINITY;
    return {
      falseAcceptRate,
      trueAcceptRate: (accepted.length - upperBound(accepted, refused)) / accepted.length,
    };
  });
  return { equalErrorRate: equalErrorRate(accepted, rejected, trueAcceptRateAt), trueAcceptRates };
}

/** Index in the middle of the first run of largest values: between scores that any of its thresholds parts, no side is favoured. */
function middleOfBest(values: readonly number[]): number {
  const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const first = values.indexOf(largest);
  let last = first;
  while (values[last + 1] === largest) last += 1;
  return (first + last) >> 1;
}

function equalErrorRate(
  genuine: Float64Array,
  impostor: Float64Array,
  trueAcceptRateAt: (threshold: number) => number,
): number {
  // Walking the genuine scores upwards, false rejects rise and false accepts fall; they cross between two neighbours.
  let previous = { reject: 0, accept: 1 };
  for (const threshold of genuine) {
    const reject = 1 - trueAcceptRateAt(threshold);
    const accept = (impostor.length - lowerBound(impostor, threshold)) / impostor.length;
    if (reject >= accept) {
      const before = previous.accept - previous.reject;
      const after = reject - accept;
      const share = before + after === 0 ? 0 : before / (before + after);
      return previous.reject + share * (reject - previous.reject);
    }
    previous = { reject, accept };
  }
  return previous.accept;
}

function acceptedPerThreshold(scores: ArrayLike<number>): Uint32Array {
  const counts = new Uint32Array(THRESHOLD_COUNT);
  for (let index = 0; index < scores.length; index += 1) {
    const distance = 2 - 2 * (scores[index] as number);
    // A pair is accepted when its distance lies under the threshold, as the protocol has it.
    const first = Math.max(0, Math.floor(distance / THRESHOLD_STEP) + 1);
    if (first < THRESHOLD_COUNT) counts[first] = (counts[first] as number) + 1;
  }
  for (let index = 1; index < THRESHOLD_COUNT; index += 1) {
    counts[index] = (counts[index] as number) + (counts[index - 1] as number);
  }
  return counts;
}

function slice(
  scores: Float32Array | Float64Array,
  fold: number,
  foldCount: number,
): Float32Array | Float64Array {
  return scores.subarray(
    Math.floor((fold * scores.length) / foldCount),
    Math.floor(((fold + 1) * scores.length) / foldCount),
  );
}

/** Index of the first value not under `threshold`, in an ascending array. */
function lowerBound(ascending: Float64Array, threshold: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first value above `threshold`, in an ascending array. */
function upperBound(ascending: Float64Array, threshold: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}
