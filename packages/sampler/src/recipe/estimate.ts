/** @file What a recipe will cost, before anything is spent. */

import { referenceIterations, variationIterations, variationsPerIdentity } from './recipe.ts';
import type { Recipe } from './recipe.ts';

/** What a machine does with a pair of models, as measured when they were registered. */
export interface Throughput {
  /** Images rendered and embedded per second. */
  readonly imagesPerSecond: number;
  /** Images rendered, embedded and differentiated per second. */
  readonly gradientsPerSecond: number;
  /** Pairs of identities compared per second. @default 5e7 */
  readonly pairsPerSecond?: number;
  /** Of one encoded image. @default by format, 3 bits per pixel where the size is not known */
  readonly bytesPerImage?: number;
}

export interface Estimate {
  readonly references: number;
  readonly variations: number;
  readonly images: number;
  /** Forward passes. */
  readonly forwards: number;
  /** Gradient passes. */
  readonly gradients: number;
  readonly seconds: {
    readonly references: number;
    readonly variations: number;
    readonly render: number;
    readonly total: number;
  };
  readonly bytes: number;
}

const DEFAULT_PAIRS_PER_SECOND = 5e7;
const DEFAULT_BYTES = { png: 120_000, jpeg: 25_000, webp: 18_000 } as const;

/**
 * Counts are exact for algorithms that move everybody, unless they come to rest early, and least ones for `reject` and `repulse`, of whose
 * draws nobody knows how many are refused. Seconds and bytes are proportional guesses.
 */
export function estimate(recipe: Recipe, throughput: Throughput): Estimate {
  const { identities: n } = recipe;
  const steps = referenceIterations(recipe);
  const variationSteps = variationIterations(recipe);
  const variationCount = n * variationsPerIdentity(recipe);
  const images = n + variationCount;

  const forwardSeconds = (count: number): number => count / throughput.imagesPerSecond;
  const gradientSeconds = (count: number): number => count / throughput.gradientsPerSecond;
  const pairs = ((n * (n - 1)) / 2) * (steps + 1);
  const pairSeconds = pairs / (throughput.pairsPerSecond ?? DEFAULT_PAIRS_PER_SECOND);

  const referenceSeconds =
    forwardSeconds(n * (steps + 1)) + gradientSeconds(n * steps) + pairSeconds;
  const variationSeconds =
    gradientSeconds(variationCount * variationSteps) + forwardSeconds(variationCount);
  const render = forwardSeconds(images);
  return {
    references: n,
    variations: variationCount,
    images,
    forwards: n * (steps + 1) + variationCount + images,
    gradients: n * steps + variationCount * variationSteps,
    seconds: {
      references: referenceSeconds,
      variations: variationSeconds,
      render,
      total: referenceSeconds + variationSeconds + render,
    },
    bytes: images * (throughput.bytesPerImage ?? DEFAULT_BYTES[recipe.image.format]),
  };
}
