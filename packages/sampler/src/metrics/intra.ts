/** @file How close the images of one identity are, shard by shard. */

import { ParameterError } from '../errors.ts';
import { angleBetween, distanceBetween } from '../pairs/index.ts';
import type { PairEngine } from '../pairs/index.ts';
import { AngleHistogram, DistanceHistogram } from './histogram.ts';
import type { Histogram } from './histogram.ts';

/** Variations of consecutive identities, identity-major; with A = 0, one identity that has none. */
export interface VariationShard {
  readonly firstIdentity: number;
  /** A */
  readonly variations: number;
  /** Angle of each variation to its reference, radians, [n·A]; computed from the embeddings where absent. */
  readonly theta?: Float32Array | undefined;
  /** Unit embeddings, [n·A, E]. */
  readonly embeddings?: Float32Array | undefined;
  /** [n·A, D] */
  readonly latents?: Float32Array | undefined;
}

export interface IntraMeasures {
  /** Largest angle of a variation to its reference, per identity, [N]. */
  readonly maxTheta: Float32Array;
  /** Angle of every variation to its reference, radians, in order. */
  readonly theta: Float32Array;
  readonly mean: number;
  readonly max: number;
  /** Of θ to the reference. */
  readonly toReference: Histogram;
  /** Of θ over all pairs of images of one identity, the reference included; null without embeddings. */
  readonly withinPairs: Histogram | null;
  /** Of the latent distance of variations to their reference; null without latents. */
  readonly latent: Histogram | null;
}

/** Reads the shards once, in order. */
export async function measureIntra(options: {
  readonly shards: AsyncIterable<VariationShard> | Iterable<VariationShard>;
  readonly references: {
    readonly embeddings: Float32Array;
    readonly latents?: Float32Array | undefined;
  };
  readonly identities: number;
  readonly pairs: PairEngine;
  readonly bins: number;
  readonly signal?: AbortSignal | undefined;
}): Promise<IntraMeasures> {
  const { references, identities, pairs, bins, signal } = options;
  const maxTheta = new Float32Array(identities);
  const toReference = new AngleHistogram(bins);
  const within = new AngleHistogram(bins);
  const latent = new DistanceHistogram(bins);
  const parts: Float32Array[] = [];
  let next = 0;
  let hasEmbeddings = true;
  for await (const shard of options.shards) {
    signal?.throwIfAborted();
    const A = shard.variations;
    const theta = anglesOf(shard, references.embeddings, pairs.dim);
    const count = A === 0 ? 1 : theta.length / A;
    if (shard.firstIdentity !== next || !Number.isInteger(count) || next + count > identities) {
      throw new ParameterError(
        'variations',
        `must hold ${A} angles for each identity in order; a shard of ${theta.length} angles begins at identity ${shard.firstIdentity}, where ${next} was expected of ${identities}.`,
      );
    }
    next += count;
    parts.push(theta);
    toReference.add(theta);
    theta.forEach((value, i) => {
      const identity = shard.firstIdentity + Math.floor(i / A);
      maxTheta[identity] = Math.max(maxTheta[identity] ?? 0, value);
    });
    if (shard.embeddings === undefined) hasEmbeddings = false;
    else
      await addWithin(within, { shard, count, references: references.embeddings, pairs, signal });
    addLatents(latent, shard, references.latents, identities);
  }
  if (next !== identities) {
    throw new ParameterError('variations', `end at identity ${next} of ${identities}.`);
  }
  const theta = concatenate(parts);
  return {
    maxTheta,
    theta,
    mean: theta.length === 0 ? 0 : theta.reduce((sum, value) => sum + value, 0) / theta.length,
    max: maxTheta.reduce((largest, value) => Math.max(largest, value), 0),
    toReference: toReference.result(),
    withinPairs: hasEmbeddings && next > 0 ? within.result() : null,
    latent: latent.result(),
  };
}

function anglesOf(shard: VariationShard, references: Float32Array, dim: number): Float32Array {
  if (shard.theta !== undefined) return shard.theta;
  const { embeddings, variations: A, firstIdentity } = shard;
  if (embeddings === undefined) {
    throw new ParameterError('variations', 'must bring angles to the reference, or embeddings.');
  }
  return Float32Array.from({ length: embeddings.length / dim }, (_, row) =>
    angleBetween({
      a: references,
      i: firstIdentity + Math.floor(row / A),
      b: embeddings,
      j: row,
      dim,
    }),
  );
}

/** All pairs of one identity's images, one identity after the other. */
async function addWithin(
  histogram: AngleHistogram,
  options: {
    readonly shard: VariationShard;
    readonly count: number;
    readonly references: Float32Array;
    readonly pairs: PairEngine;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { shard, count, references, pairs, signal } = options;
  const { variations: A, embeddings = new Float32Array(0), firstIdentity } = shard;
  const E = pairs.dim;
  const rows = new Float32Array((A + 1) * E);
  for (let k = 0; k < count; k++) {
    const identity = firstIdentity + k;
    rows.set(references.subarray(identity * E, (identity + 1) * E));
    rows.set(embeddings.subarray(k * A * E, (k + 1) * A * E), E);
    await pairs.scan(rows, ({ versines }) => histogram.addVersines(versines), { signal });
  }
}

function addLatents(
  histogram: DistanceHistogram,
  { latents, variations: A, firstIdentity }: VariationShard,
  references: Float32Array | undefined,
  identities: number,
): void {
  if (latents === undefined || references === undefined) return;
  const dim = references.length / identities;
  histogram.add(
    Float32Array.from({ length: latents.length / dim }, (_, row) =>
      distanceBetween({
        a: references,
        i: firstIdentity + Math.floor(row / A),
        b: latents,
        j: row,
        dim,
      }),
    ),
  );
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
