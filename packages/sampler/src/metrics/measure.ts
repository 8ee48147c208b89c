/** @file What is said of a dataset: how far apart identities are, how close their variations. */

import { ParameterError } from '../errors.ts';
import { openPairs } from '../pairs/index.ts';
import type { Nearest, Summary } from '../pairs/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { AngleHistogram } from './histogram.ts';
import type { Histogram } from './histogram.ts';
import { verification } from './verification.ts';
import type { Verification } from './verification.ts';

export interface MeasureOptions {
  readonly references: {
    /** Unit embeddings, [N, E]. */
    readonly embeddings: Float32Array;
    /** Accepted, so that a result can be passed as it is; not used. */
    readonly latents?: Float32Array;
  };
  readonly variations?: {
    /** A */
    readonly variations: number;
    /** Angle of each variation to its reference, radians, [N, A]. */
    readonly theta: Float32Array;
    /** Accepted, so that a result can be passed as it is; not used. */
    readonly embeddings?: Float32Array;
  };
  /** Radians. */
  readonly ict: number;
  readonly embeddingDim: number;
  readonly signal?: AbortSignal | undefined;
}

/** Angles in radians. */
export interface DatasetMeasures {
  readonly identities: number;
  /** Over all pairs of references. */
  readonly theta: Summary;
  /** Share of pairs of references with θ > ICT. */
  readonly aboveIct: number;
  /** Share of identities whose nearest other one is farther than the ICT. */
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
  readonly histograms: { readonly inter: Histogram; readonly intra: Histogram | null };
  /** Variation against its reference as genuine, references against each other as impostors. */
  readonly verification: Verification | null;
}

const BINS = 90; // 2 degrees each

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
  if (variations !== undefined && variations.theta.length !== identities * variations.variations) {
    throw new ParameterError(
      'variations',
      `must hold ${variations.variations} angles for each of ${identities} identities, got ${variations.theta.length}.`,
    );
  }
  const pairs = openPairs(runtime, { embeddingDim });
  try {
    const statistics = await pairs.statistics(e, { ict, signal });
    const nearest = await pairs.nearest(e, { signal });
    const inter = new AngleHistogram(BINS);
    await pairs.scan(e, (theta) => inter.add(theta), { signal });
    const intra = variations === undefined ? null : measureIntra(variations);
    const genuine = variations?.theta;
    return {
      identities,
      theta: statistics.theta,
      aboveIct: statistics.aboveIct,
      identitiesAboveIct: share(nearest.theta, (theta) => theta > ict),
      nearest,
      intra: intra?.figures ?? null,
      intraBelowInter:
        intra === null
          ? null
          : share(nearest.theta, (theta, i) => (intra.figures.maxTheta[i] ?? Infinity) < theta),
      histograms: { inter: inter.result(), intra: intra?.histogram ?? null },
      verification:
        genuine === undefined || genuine.length === 0
          ? null
          : await verification({ genuine, impostor: (take) => pairs.scan(e, take, { signal }) }),
    };
  } finally {
    await pairs.close();
  }
}

function measureIntra(variations: NonNullable<MeasureOptions['variations']>): {
  readonly figures: NonNullable<DatasetMeasures['intra']>;
  readonly histogram: Histogram;
} {
  const { theta, variations: A } = variations;
  const maxTheta = new Float32Array(theta.length / A);
  let sum = 0;
  for (let i = 0; i < theta.length; i++) {
    const identity = Math.floor(i / A);
    maxTheta[identity] = Math.max(maxTheta[identity] ?? 0, theta[i] ?? 0);
    sum += theta[i] ?? 0;
  }
  const histogram = new AngleHistogram(BINS);
  histogram.add(theta);
  const max = maxTheta.reduce((largest, value) => Math.max(largest, value), 0);
  return {
    figures: { maxTheta, mean: theta.length === 0 ? 0 : sum / theta.length, max },
    histogram: histogram.result(),
  };
}

function share(values: Float32Array, test: (value: number, index: number) => boolean): number {
  return values.reduce((count, value, i) => count + (test(value, i) ? 1 : 0), 0) / values.length;
}
