/** @file Verification on identities that training never saw, and how embeddings of strangers spread. */
import { foldedAccuracy, rocSummary, uniform } from '@colloid/sampler';
import type { FoldedAccuracy, RocSummary, VerificationScores } from '@colloid/sampler';

import { latentsForTraining, pairsPopulation } from '../parametric-head/populations.ts';
import type { EvaluationRecipe } from './recipe.ts';

/** Unit embeddings `[n, dimension]` of latents `[n, 64]`, by way of renders. */
export type EmbedLatents = (latents: Float32Array) => Promise<Float32Array>;

export interface VerificationResult {
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  readonly accuracy: FoldedAccuracy;
  readonly roc: RocSummary;
}

/** Angles in radians. */
export interface Spread {
  readonly meanAngle: number;
  readonly deviationOfAngle: number;
  readonly smallestAngle: number;
  /** Participation ratio of the embeddings' covariance: in how many directions they spread. */
  readonly effectiveDimension: number;
  /** Norm of the mean unit embedding: 0 when there is no common direction. */
  readonly meanDirectionNorm: number;
}

export interface EvaluationResult {
  /** The generator's own population. */
  readonly unseen: VerificationResult;
  /** The benchmark `parametric-head-pairs`, drawn from another distribution. */
  readonly benchmark: VerificationResult;
  readonly genuineAngle: { readonly mean: number; readonly deviation: number };
  readonly spread: Spread;
}

export const FALSE_ACCEPT_RATES = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5] as const;

/** Streams of this package start at 1000. */
const GENUINE_STREAM = 1001;
const IMPOSTOR_STREAM = 1002;

/** Renders, embeds and verifies both populations. */
export async function evaluateRecogniser(
  embed: EmbedLatents,
  dimension: number,
  recipe: EvaluationRecipe,
): Promise<EvaluationResult> {
  const { seed, identities, variationsPerIdentity: each } = recipe;
  const embeddings = await embed(
    latentsForTraining({ seed, identities, variationsPerIdentity: each }),
  );
  const genuine = genuineScores(embeddings, dimension, {
    seed,
    identities,
    each,
    pairs: recipe.genuinePairs,
  });
  const impostor = impostorScores(embeddings, dimension, {
    seed,
    identities,
    each,
    pairs: recipe.rocImpostorPairs,
  });
  const benchmark = await benchmarkScores(embed, dimension, recipe);
  const angles = Array.from(genuine, (cosine) => Math.acos(Math.min(1, Math.max(-1, cosine))));
  return {
    unseen: verify(
      { genuine, impostor: impostor.subarray(0, recipe.impostorPairs) },
      { genuine, impostor },
    ),
    benchmark: verify(benchmark, benchmark),
    genuineAngle: meanAndDeviation(angles),
    spread: spreadOf(everyNth(embeddings, dimension, each), dimension),
  };
}

function verify(folds: VerificationScores, all: VerificationScores): VerificationResult {
  return {
    genuinePairs: folds.genuine.length,
    impostorPairs: folds.impostor.length,
    accuracy: foldedAccuracy(folds),
    roc: rocSummary(all, FALSE_ACCEPT_RATES),
  };
}

interface PairOptions {
  readonly seed: number;
  readonly identities: number;
  readonly each: number;
  readonly pairs: number;
}

/** Cosines of two different renders of one identity; identities come in turn, so that folds do not share them. */
function genuineScores(
  embeddings: Float32Array,
  dimension: number,
  options: PairOptions,
): Float32Array {
  const { seed, identities, each, pairs } = options;
  const draws = new Float64Array(2 * pairs);
  uniform({ seed, stream: GENUINE_STREAM }, draws);
  return Float32Array.from({ length: pairs }, (_, pair) => {
    const identity = Math.floor((pair * identities) / pairs);
    const first = Math.floor((draws[2 * pair] ?? 0) * each);
    const second = (first + 1 + Math.floor((draws[2 * pair + 1] ?? 0) * (each - 1))) % each;
    return cosine(embeddings, identity * each + first, identity * each + second, dimension);
  });
}

/** Cosines of renders of two different identities. */
function impostorScores(
  embeddings: Float32Array,
  dimension: number,
  options: PairOptions,
): Float32Array {
  const { seed, identities, each, pairs } = options;
  const draws = new Float64Array(4 * pairs);
  uniform({ seed, stream: IMPOSTOR_STREAM }, draws);
  const draw = (index: number, bound: number): number => Math.floor((draws[index] ?? 0) * bound);
  return Float32Array.from({ length: pairs }, (_, pair) => {
    const identity = draw(4 * pair, identities);
    const other = (identity + 1 + draw(4 * pair + 1, identities - 1)) % identities;
    const row = identity * each + draw(4 * pair + 2, each);
    return cosine(embeddings, row, other * each + draw(4 * pair + 3, each), dimension);
  });
}

async function benchmarkScores(
  embed: EmbedLatents,
  dimension: number,
  recipe: EvaluationRecipe,
): Promise<VerificationScores> {
  const { left, right, same } = pairsPopulation({
    seed: recipe.benchmarkSeed,
    pairs: recipe.benchmarkPairs,
  });
  const embeddings = await embed(Float32Array.from([...left, ...right]));
  const scores = same.map((isSame, pair) => ({
    isSame,
    cosine: cosine(embeddings, pair, same.length + pair, dimension),
  }));
  const ofKind = (wanted: boolean): Float32Array =>
    Float32Array.from(
      scores.filter(({ isSame }) => isSame === wanted).map((score) => score.cosine),
    );
  return { genuine: ofKind(true), impostor: ofKind(false) };
}

function spreadOf(embeddings: Float32Array, dimension: number): Spread {
  const count = embeddings.length / dimension;
  const angles: number[] = [];
  for (let row = 0; row < count; row += 1) {
    for (let other = 0; other < row; other += 1) {
      angles.push(Math.acos(Math.min(1, Math.max(-1, cosine(embeddings, row, other, dimension)))));
    }
  }
  const { mean, deviation } = meanAndDeviation(angles);
  return {
    meanAngle: mean,
    deviationOfAngle: deviation,
    smallestAngle: angles.reduce((least, angle) => Math.min(least, angle), Math.PI),
    ...principalSpread(embeddings, dimension, count),
  };
}

function principalSpread(
  embeddings: Float32Array,
  dimension: number,
  count: number,
): Pick<Spread, 'effectiveDimension' | 'meanDirectionNorm'> {
  const mean = Float64Array.from({ length: dimension }, (_, column) => {
    let sum = 0;
    for (let row = 0; row < count; row += 1) sum += embeddings[row * dimension + column] ?? 0;
    return sum / count;
  });
  // tr(C)² / tr(C²) needs no eigenvalues: tr(C²) is the sum of the squared entries.
  let trace = 0;
  let squared = 0;
  for (let first = 0; first < dimension; first += 1) {
    for (let second = 0; second <= first; second += 1) {
      let sum = 0;
      for (let row = 0; row < count; row += 1) {
        const at = row * dimension;
        sum +=
          ((embeddings[at + first] ?? 0) - (mean[first] ?? 0)) *
          ((embeddings[at + second] ?? 0) - (mean[second] ?? 0));
      }
      const entry = sum / count;
      squared += (first === second ? 1 : 2) * entry * entry;
      if (first === second) trace += entry;
    }
  }
  return { effectiveDimension: trace ** 2 / squared, meanDirectionNorm: Math.hypot(...mean) };
}

function cosine(
  embeddings: Float32Array,
  first: number,
  second: number,
  dimension: number,
): number {
  let sum = 0;
  for (let index = 0; index < dimension; index += 1) {
    sum +=
      (embeddings[first * dimension + index] ?? 0) * (embeddings[second * dimension + index] ?? 0);
  }
  return sum;
}

function everyNth(embeddings: Float32Array, dimension: number, each: number): Float32Array {
  return embeddings.filter((_, index) => Math.floor(index / dimension) % each === 0);
}

function meanAndDeviation(values: readonly number[]): {
  readonly mean: number;
  readonly deviation: number;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}
