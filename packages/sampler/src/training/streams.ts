/** @file Random streams of training, and the order in which samples are seen. */

import { uniform, type RandomKey } from '../random/random.ts';

/** Kept apart from the sampling streams by their hundreds; never reuse or change one. */
export const TRAINING_STREAMS = {
  initialWeights: 500,
  classDirections: 501,
  sampleOrder: 502,
  augmentation: 503,
} as const;

/**
 * A permutation of 0..length-1 (Fisher-Yates), a function of the key alone.
 *
 * @example permutation(images, { seed, stream: TRAINING_STREAMS.sampleOrder, iteration: epoch })
 */
export function permutation(length: number, key: RandomKey): Uint32Array {
  const draws = new Float64Array(length);
  uniform(key, draws);
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let index = length - 1; index > 0; index -= 1) {
    const other = Math.floor((draws[index] as number) * (index + 1));
    const held = order[index] as number;
    order[index] = order[other] as number;
    order[other] = held;
  }
  return order;
}
