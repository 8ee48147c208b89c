/** @file What is said of a dataset: how far apart identities are, how close their variations. */

import { ParameterError } from '../errors.ts';
import { angleOfVersine, openPairs, versineOfAngle } from '../pairs/index.ts';
import type { Nearest, PairEngine, ScanLine, Summary } from '../pairs/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { CapacityTally } from './capacity.ts';
import type { Capacity } from './capacity.ts';
import { AngleHistogram, DistanceHistogram } from './histogram.ts';
import type { Histogram } from './histogram.ts';
import { measureIntra } from './intra.ts';
import type { IntraMeasures, VariationShard } from './intra.ts';
import { ClosestPairs } from './pair-list.ts';
import type { PairList } from './pair-list.ts';
import { StepProgress } from './step-progress.ts';
import { verification } from './verification.ts';
import type { Verification } from './verification.ts';

export interface MeasureOptions {
  readonly references: {
    /** Unit embeddings, [N, E]. */
    readonly embeddings: Float32Array;
    /** [N, D] */
    readonly latents?: Float32Array;
  };
  /** All variations at once, or shard by shard in the order of the identities. */
  readonly variations?:
    | (Omit<VariationShard, 'firstIdentity'> & { readonly theta: Float32Array })
    | AsyncIterable<VariationShard>;
  /** Radians. */
  readonly ict: number;
  readonly embeddingDim: number;
  /** References closer than this are the same face, radians. @default 0.1 */
  readonly duplicateThreshold?: number;
  /** Of the subsets on which the capacity is measured. @default 0 */
  readonly seed?: number;
  /** Told the share that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Angles in radians. */
export interface DatasetMeasures {
  readonly identities: number;
  /** Over all pairs of references. */
  readonly theta: Summary;
  /** Share of pairs of references with θ > ICT. */
  readonly aboveIct: number;
  /** Share of identities whose nearest other one is at the ICT or farther. */
  readonly identitiesAboveIct: number;
  /** The nearest other identity of each. */
  readonly nearest: Nearest;
  readonly intra: {
    /** Largest angle of a variation to its reference, per identity, [N]. */
    readonly maxTheta: Float32Array;
    /** Over all variations. */
    readonly mean: number;
    readonly max: number;
  } | null;
  /** Share of identities with every variation closer to its reference than the nearest other reference is. */
  readonly intraBelowInter: number | null;
  readonly histograms: {
    /** θ over all pairs of references. */
    readonly inter: Histogram;
    /** θ of every identity to the nearest other one. */
    readonly nearest: Histogram;
    /** θ of variations to their reference. */
    readonly intra: Histogram | null;
    /** θ over all pairs of images of one identity, the reference included. */
    readonly intraPairs: Histogram | null;
    /** |w_i - w_j| over all pairs of references. */
    readonly interLatent: Histogram | null;
    /** |w - w_ref| of variations. */
    readonly intraLatent: Histogram | null;
  };
  /** Pairs of references that are one face. */
  readonly duplicates: PairList;
  readonly capacity: Capacity;
  /** Variation against its reference as genuine, references against each other as impostors. */
  readonly verification: DatasetVerification | null;
}

export interface DatasetVerification extends Verification {
  readonly genuinePairs: 'VARIATION_TO_REFERENCE';
  readonly impostorPairs: 'REFERENCE_TO_REFERENCE';
}

const BINS = 90; // 2 degrees each
const DUPLICATE_THRESHOLD = 0.1;
const LISTED_PAIRS = 100;
/** Statistics, nearest, variations, two passes for the rates, latents. */
const STEPS = 6;

/**
 * Measures a dataset. Time is quadratic in the identities, memory is not.
 *
 * @throws ParameterError when the arrays do not fit or there are fewer than two identities
 */
export async function measure(runtime: Runtime, options: MeasureOptions): Promise<DatasetMeasures> {
  const { references, variations, ict, embeddingDim, signal } = options;
  const e = references.embeddings;
  const identities = e.length / embeddingDim;
  if (!Number.isInteger(identities) || identities < 2) {
    throw new ParameterError(
      'references',
      `must hold at least two rows of ${embeddingDim} numbers, got ${e.length} numbers.`,
    );
  }
  const duplicateThreshold = options.duplicateThreshold ?? DUPLICATE_THRESHOLD;
  const pairs = openPairs(runtime, { embeddingDim });
  const steps = new StepProgress(STEPS, options.onProgress);
  try {
    const statistics = await pairs.statistics(e, { ict, signal });
    steps.next();
    const nearest = await pairs.nearest(e, { signal });
    steps.next();
    const within =
      variations === undefined
        ? null
        : await measureIntra({
            shards: watched(shardsOf(variations, identities), { steps, identities }),
            references,
            identities,
            pairs,
            bins: BINS,
            signal,
          });
    // A selection may hold references only.
    const intra = within === null || within.theta.length === 0 ? null : within;
    steps.next();
    const tally = new PairTally({ identities, ict, duplicateThreshold, seed: options.seed ?? 0 });
    const figures = await scanAll({ pairs, e, tally, intra, steps, signal });
    return {
      identities,
      theta: statistics.theta,
      aboveIct: statistics.aboveIct,
      identitiesAboveIct: share(nearest.theta, (theta) => theta >= ict),
      nearest,
      intra: intra && { maxTheta: intra.maxTheta, mean: intra.mean, max: intra.max },
      intraBelowInter:
        intra && share(nearest.theta, (theta, i) => (intra.maxTheta[i] ?? Infinity) < theta),
      histograms: {
        inter: tally.inter.result(),
        nearest: nearestHistogram(nearest),
        intra: intra?.toReference ?? null,
        intraPairs: intra?.withinPairs ?? null,
        interLatent: await latentHistogram(pairs, references.latents, identities, signal),
        intraLatent: intra?.latent ?? null,
      },
      duplicates: tally.duplicates.result(duplicateThreshold, angleOfVersine),
      capacity: tally.capacity.result(),
      verification: figures,
    };
  } finally {
    await pairs.close();
  }
}

/** What is counted of every pair of references. */
class PairTally {
  readonly inter = new AngleHistogram(BINS);
  readonly duplicates = new ClosestPairs(LISTED_PAIRS);
  readonly capacity: CapacityTally;
  readonly #ict: number;
  readonly #duplicate: number;

  constructor(options: {
    readonly identities: number;
    readonly ict: number;
    readonly duplicateThreshold: number;
    readonly seed: number;
  }) {
    this.capacity = new CapacityTally(options.identities, options.seed);
    this.#ict = versineOfAngle(options.ict);
    this.#duplicate = versineOfAngle(options.duplicateThreshold);
  }

  add({ row, column, versines }: Readonly<ScanLine>): void {
    this.inter.addVersines(versines);
    const limit = Math.max(this.#ict, this.#duplicate);
    for (let k = 0; k < versines.length; k++) {
      const versine = versines[k] ?? 0;
      if (versine >= limit) continue;
      if (versine < this.#ict) this.capacity.addConflict(row, column + k);
      if (versine < this.#duplicate) this.duplicates.add(row, column + k, versine);
    }
  }
}

/** One pass over the pairs, and a second one where there are genuine pairs to compare them with. */
async function scanAll(options: {
  readonly pairs: PairEngine;
  readonly e: Float32Array;
  readonly tally: PairTally;
  readonly intra: IntraMeasures | null;
  readonly steps: StepProgress;
  readonly signal: AbortSignal | undefined;
}): Promise<DatasetVerification | null> {
  const { pairs, e, tally, intra, steps, signal } = options;
  const rows = e.length / pairs.dim;
  const all = (rows * (rows - 1)) / 2;
  const scan = async (take: (line: Readonly<ScanLine>) => void): Promise<void> => {
    let seen = 0;
    const each = (line: Readonly<ScanLine>): void => {
      take(line);
      seen += line.versines.length;
      steps.within(seen / all);
    };
    await pairs.scan(e, each, { signal });
    steps.next();
  };
  if (intra === null) {
    await scan((line) => tally.add(line));
    steps.next();
    return null;
  }
  let isFirst = true;
  const found = await verification({
    genuine: intra.theta.map(versineOfAngle),
    impostor: async (take) => {
      const counts = isFirst;
      isFirst = false;
      await scan((line) => {
        if (counts) tally.add(line);
        take(line.versines);
      });
    },
  });
  return {
    ...found,
    eerTheta: angleOfVersine(found.eerTheta),
    tarAtFar: found.tarAtFar.map(({ far, tar, theta }) => ({
      far,
      tar,
      theta: theta === null ? null : angleOfVersine(theta),
    })),
    roc: found.roc.map(({ far, tar, theta }) => ({ far, tar, theta: angleOfVersine(theta) })),
    genuinePairs: 'VARIATION_TO_REFERENCE',
    impostorPairs: 'REFERENCE_TO_REFERENCE',
  };
}

function nearestHistogram({ theta }: Nearest): Histogram {
  const histogram = new AngleHistogram(BINS);
  histogram.add(theta);
  return histogram.result();
}

/** The same shards; those that have been dealt with count as progress. */
async function* watched(
  shards: AsyncIterable<VariationShard> | Iterable<VariationShard>,
  { steps, identities }: { readonly steps: StepProgress; readonly identities: number },
): AsyncGenerator<VariationShard> {
  for await (const shard of shards) {
    steps.within(shard.firstIdentity / identities);
    yield shard;
  }
}

async function latentHistogram(
  pairs: PairEngine,
  latents: Float32Array | undefined,
  identities: number,
  signal: AbortSignal | undefined,
): Promise<Histogram | null> {
  if (latents === undefined || latents.length === 0) return null;
  const histogram = new DistanceHistogram(BINS);
  const centre = meanRow(latents, latents.length / identities);
  await pairs.scanDistances(latents, (distances) => histogram.add(distances), { centre, signal });
  return histogram.result();
}

function meanRow(rows: Float32Array, dim: number): Float32Array {
  const mean = new Float64Array(dim);
  for (let at = 0; at < rows.length; at++) mean[at % dim] = (mean[at % dim] ?? 0) + (rows[at] ?? 0);
  return Float32Array.from(mean, (sum) => (sum * dim) / rows.length);
}

function shardsOf(
  variations: NonNullable<MeasureOptions['variations']>,
  identities: number,
): AsyncIterable<VariationShard> | Iterable<VariationShard> {
  if (!('theta' in variations)) return variations;
  if (variations.theta.length !== identities * variations.variations) {
    throw new ParameterError(
      'variations',
      `must hold ${variations.variations} angles for each of ${identities} identities, got ${variations.theta.length}.`,
    );
  }
  return variations.variations === 0 ? [] : [{ ...variations, firstIdentity: 0 }];
}

function share(values: Float32Array, test: (value: number, index: number) => boolean): number {
  return values.reduce((count, value, i) => count + (test(value, i) ? 1 : 0), 0) / values.length;
}
