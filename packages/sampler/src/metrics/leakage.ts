/** @file Whether samples show people of a gallery, such as the one a generator was trained on. */

import { ParameterError } from '../errors.ts';
import { angleOfVersine, openPairs, versineOfAngle } from '../pairs/index.ts';
import type { PairEngine } from '../pairs/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { AngleHistogram } from './histogram.ts';
import type { Histogram } from './histogram.ts';
import { lowerQuantile } from './order-statistics.ts';
import type { ValueScan } from './order-statistics.ts';
import { ClosestPairs } from './pair-list.ts';
import type { PairList } from './pair-list.ts';

/** Embeddings of real faces by the recogniser that embedded the samples too. */
export interface LeakageGallery {
  readonly name: string;
  /** Of its bytes, as the caller knows it. */
  readonly digest: string;
  /** Unit rows, [M, E]. */
  readonly embeddings: Float32Array;
  /** Class (person) of each row, [M]; without it rows are taken for different people, and there are no centres. */
  readonly labels?: Int32Array | undefined;
}

export interface LeakageOptions {
  readonly gallery: LeakageGallery;
  /** What embedded both sides; figures of different recognisers are not comparable. */
  readonly recogniser: string;
  /** Unit embeddings of all samples, [n, E] each, in order; read twice where there are labels. */
  readonly samples: () => AsyncIterable<Float32Array> | Iterable<Float32Array>;
  readonly embeddingDim: number;
  /** Radians. @default the angle at which `falseMatchRate` of the gallery's own different people match */
  readonly threshold?: number | undefined;
  /** @default 1e-4; a gallery of fewer than 100 rows, or of one person, has the threshold 0.5 rad then */
  readonly falseMatchRate?: number | undefined;
  /** Pairs listed of those under the threshold. @default 100 */
  readonly listed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Angles in radians. */
export interface Leakage {
  readonly gallery: {
    readonly name: string;
    readonly digest: string;
    readonly rows: number;
    readonly classes: number | null;
  };
  readonly recogniser: string;
  readonly samples: number;
  readonly toSamples: LeakageComparison;
  /** Null where the gallery has no labels. */
  readonly toCentres: LeakageComparison | null;
}

export interface LeakageComparison {
  /** Of θ over all pairs of a sample and a row, or a class centre, of the gallery. */
  readonly histogram: Histogram;
  /** Of each sample's smallest θ. */
  readonly nearest: Histogram;
  /** Smallest θ of all. */
  readonly min: number;
  /** Share of pairs of different people of the gallery under the threshold; null where it has no such pairs. */
  readonly falseMatchRate: number | null;
  /** Those pairs. */
  readonly impostors: number;
  /** Pairs under the threshold that would be there by chance: the rate times all pairs. */
  readonly expected: number | null;
  /** `a` is the sample, `b` the row or the class. */
  readonly under: PairList;
  /** Samples with at least one pair under the threshold. */
  readonly samplesUnder: number;
}

const BINS = 90;
const FALSE_MATCH_RATE = 1e-4;
/** Below this many rows a gallery has too few different people to find a threshold by; it is this, radians, then. */
const LEAST_ROWS = 100;
const PLAIN_THRESHOLD = 0.5;
const LISTED = 100;

/**
 * Compares every sample with every row and every class centre of a gallery.
 *
 * @throws ParameterError for an empty gallery, labels that do not fit, or no sample
 */
export async function measureLeakage(runtime: Runtime, options: LeakageOptions): Promise<Leakage> {
  const { gallery, embeddingDim } = options;
  const rows = gallery.embeddings.length / embeddingDim;
  if (!Number.isInteger(rows) || rows < 1) {
    throw new ParameterError(
      'gallery',
      `'${gallery.name}' must hold rows of ${embeddingDim} numbers, as the recogniser of the samples gives them; it holds ${gallery.embeddings.length} numbers.`,
    );
  }
  if (gallery.labels !== undefined && gallery.labels.length !== rows) {
    throw new ParameterError(
      'gallery',
      `'${gallery.name}' must have a label for each of its ${rows} rows, it has ${gallery.labels.length}.`,
    );
  }
  const pairs = openPairs(runtime, { embeddingDim });
  try {
    const toSamples = await compare(pairs, options, {
      columns: gallery.embeddings,
      impostors: rowImpostors(pairs, gallery),
    });
    const centres =
      gallery.labels && classCentres(gallery.embeddings, gallery.labels, embeddingDim);
    return {
      gallery: {
        name: gallery.name,
        digest: gallery.digest,
        rows,
        classes: centres?.labels.length ?? null,
      },
      recogniser: options.recogniser,
      samples: toSamples.samples,
      toSamples: toSamples.comparison,
      toCentres:
        centres === undefined
          ? null
          : (
              await compare(pairs, options, {
                columns: centres.embeddings,
                impostors: centreImpostors(pairs, gallery, centres),
                names: centres.labels,
              })
            ).comparison,
    };
  } finally {
    await pairs.close();
  }
}

interface Side {
  readonly columns: Float32Array;
  readonly impostors: ValueScan;
  /** What a column is called in the list of pairs. @default its index */
  readonly names?: Int32Array;
}

async function compare(
  pairs: PairEngine,
  options: LeakageOptions,
  side: Side,
): Promise<{ readonly samples: number; readonly comparison: LeakageComparison }> {
  const { signal } = options;
  const limit = await thresholdOf(options, side.impostors);
  const bound = versineOfAngle(limit.threshold);
  const histogram = new AngleHistogram(BINS);
  const nearest = new AngleHistogram(BINS);
  const under = new ClosestPairs(options.listed ?? LISTED);
  let samples = 0;
  let samplesUnder = 0;
  let min = Infinity;
  for await (const embeddings of options.samples()) {
    const count = embeddings.length / pairs.dim;
    const best = new Float32Array(count).fill(2);
    const first = samples;
    await pairs.scanAgainst(embeddings, side.columns, {
      signal,
      take: ({ row, column, versines }) => {
        histogram.addVersines(versines);
        for (let k = 0; k < versines.length; k++) {
          const versine = versines[k] ?? 0;
          if (versine < (best[row] ?? 0)) best[row] = versine;
          if (versine < bound) {
            under.add(first + row, side.names?.[column + k] ?? column + k, versine);
          }
        }
      },
    });
    nearest.addVersines(best);
    for (const versine of best) {
      min = Math.min(min, versine);
      if (versine < bound) samplesUnder += 1;
    }
    samples += count;
  }
  if (samples === 0) throw new ParameterError('samples', 'must hold at least one embedding.');
  const { falseMatchRate, impostors } = limit;
  const all = samples * (side.columns.length / pairs.dim);
  return {
    samples,
    comparison: {
      histogram: histogram.result(),
      nearest: nearest.result(),
      min: angleOfVersine(min),
      falseMatchRate,
      impostors,
      expected: falseMatchRate === null ? null : falseMatchRate * all,
      under: under.result(limit.threshold, angleOfVersine),
      samplesUnder,
    },
  };
}

/** The angle under which different people of the gallery match no more often than is asked, and how often they do. */
async function thresholdOf(
  options: LeakageOptions,
  impostors: ValueScan,
): Promise<{
  readonly threshold: number;
  readonly falseMatchRate: number | null;
  readonly impostors: number;
}> {
  const { gallery, falseMatchRate } = options;
  const isSmall = gallery.embeddings.length < LEAST_ROWS * options.embeddingDim;
  const threshold =
    options.threshold ?? (isSmall && falseMatchRate === undefined ? PLAIN_THRESHOLD : undefined);
  if (threshold !== undefined) {
    const bound = versineOfAngle(threshold);
    let below = 0;
    let total = 0;
    await impostors((versines) => {
      total += versines.length;
      for (const versine of versines) if (versine < bound) below += 1;
    });
    return { threshold, falseMatchRate: total === 0 ? null : below / total, impostors: total };
  }
  const found = await lowerQuantile(impostors, falseMatchRate ?? FALSE_MATCH_RATE);
  if (found === null) {
    if (falseMatchRate === undefined)
      return { threshold: PLAIN_THRESHOLD, falseMatchRate: null, impostors: 0 };
    throw new ParameterError(
      'threshold',
      `must be given for the gallery '${gallery.name}', which has too few pairs of different people to find one.`,
    );
  }
  return {
    threshold: angleOfVersine(found.value),
    falseMatchRate: found.share,
    impostors: found.total,
  };
}

function rowImpostors(pairs: PairEngine, { embeddings, labels }: LeakageGallery): ValueScan {
  return (take) =>
    pairs.scan(embeddings, ({ row, column, versines }) => {
      take(
        labels === undefined
          ? versines
          : versines.filter((_, k) => labels[row] !== labels[column + k]),
      );
    });
}

function centreImpostors(
  pairs: PairEngine,
  { embeddings, labels }: LeakageGallery,
  centres: { readonly embeddings: Float32Array; readonly labels: Int32Array },
): ValueScan {
  return (take) =>
    pairs.scanAgainst(embeddings, centres.embeddings, {
      take: ({ row, column, versines }) =>
        take(versines.filter((_, k) => labels?.[row] !== centres.labels[column + k])),
    });
}

/** The normalised mean of each class, classes ascending. */
function classCentres(
  embeddings: Float32Array,
  labels: Int32Array,
  dim: number,
): { readonly embeddings: Float32Array; readonly labels: Int32Array } {
  const classes = Int32Array.from(new Set(labels)).toSorted();
  const at = new Map([...classes].map((label, index) => [label, index]));
  const sums = new Float64Array(classes.length * dim);
  labels.forEach((label, row) => {
    const start = (at.get(label) ?? 0) * dim;
    for (let d = 0; d < dim; d++) {
      sums[start + d] = (sums[start + d] ?? 0) + (embeddings[row * dim + d] ?? 0);
    }
  });
  const centres = new Float32Array(sums.length);
  for (let start = 0; start < sums.length; start += dim) {
    const sum = sums.subarray(start, start + dim);
    const norm = Math.hypot(...sum);
    // Unit rows that cancel out have no centre; any direction is as wrong, and none is a NaN.
    for (let d = 0; d < dim; d++)
      centres[start + d] = norm === 0 ? Number(d === 0) : (sum[d] ?? 0) / norm;
  }
  return { embeddings: centres, labels: classes };
}
