/**
 * @file Random numbers as a function of what they are for, never of the order they are asked in.
 *
 * The seed is the key; (element / 4, iteration, identity, stream) is the counter. So shards, batches,
 * retries and resumed runs draw the same numbers.
 */

import { ParameterError } from '../errors.ts';
import { normalQuantile } from './normal-quantile.ts';
import { philox } from './philox.ts';

/**
 * What a draw is for. The numbers are part of every recorded run: never reuse or change one.
 * Streams of other packages start at 1000.
 */
export const STREAMS = {
  referenceLatent: 1,
  langevinForce: 2,
  variationInitial: 3,
  dispersionForce: 4,
  averageLatent: 5,
  latentScale: 6,
  covariateInitial: 7,
  direction: 8,
  weights: 9,
  capacityDraw: 10,
  projectionNoise: 11,
} as const;

/** Names one sequence of numbers. All are integers; identity, iteration and stream below 2^32. */
export interface RandomKey {
  /** 0 to 2^53 - 1. */
  readonly seed: number;
  readonly stream: number;
  /** @default 0 */
  readonly identity?: number;
  /** @default 0 */
  readonly iteration?: number;
}

/**
 * Fills `out` with standard normal numbers. `out[e]` depends on the key and on `first + e` alone.
 *
 * @param first index of the first element, a multiple of 4
 * @example normal({ seed: 1, stream: STREAMS.referenceLatent, identity: 7 }, new Float32Array(512))
 */
export function normal(key: RandomKey, out: Float32Array | Float64Array, first = 0): void {
  generate(key, out, first, normalQuantile);
}

/** Fills `out` with numbers uniform on the open interval (0, 1). Rules as for `normal`. */
export function uniform(key: RandomKey, out: Float32Array | Float64Array, first = 0): void {
  // The middle of the slice; 24 bits, so that float32 holds it without rounding up to 1.
  generate(key, out, first, (word) => ((word >>> 8) + 0.5) / 16777216);
}

/** @throws ParameterError unless the seed is an integer in 0..2^53-1. */
export function checkSeed(seed: number): number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ParameterError('seed', `must be a whole number from 0 to 2^53 - 1, got ${seed}.`);
  }
  return seed;
}

function generate(
  key: RandomKey,
  out: Float32Array | Float64Array,
  first: number,
  shape: (word: number) => number,
): void {
  checkSeed(key.seed);
  if (first % 4 !== 0) throw new ParameterError('first', `must be a multiple of 4, got ${first}.`);
  const key0 = key.seed >>> 0;
  const key1 = Math.floor(key.seed / 4294967296) >>> 0;
  const words = new Uint32Array(4);
  for (let start = 0; start < out.length; start += 4) {
    words[0] = (first + start) / 4;
    words[1] = key.iteration ?? 0;
    words[2] = key.identity ?? 0;
    words[3] = key.stream;
    philox(words, key0, key1);
    const end = Math.min(4, out.length - start);
    for (let i = 0; i < end; i++) out[start + i] = shape(words[i] ?? 0);
  }
}
