/** @file What a model is tried on: latents of a generator's prior, and smooth random images for a recogniser. */

import { drawPrior } from '../chain/latents.ts';
import type { GeneratorModel, RecogniserModel } from '../models/model.ts';
import { normal, STREAMS } from '../random/random.ts';

/** Knots of the random surface along each axis; a face has about as many features. */
const KNOTS = 6;
/** The images of this seed never change, so that reports can be compared. */
const INSPECTION_SEED = 20_261_128;

/** Priors z [count, priorDim]. */
export function inspectionPriors(generator: GeneratorModel, count: number): Float32Array {
  return drawPrior(generator, { seed: INSPECTION_SEED, first: 0, count });
}

/**
 * Images [count, 3·H·W] in the recogniser's own layout, channel order and range: bilinear surfaces
 * through random knots, a fifth of the range around the middle in each channel.
 */
export function inspectionImages(recogniser: RecogniserModel, count: number): Float32Array {
  const { height, width, layout } = recogniser.manifest.image;
  const pixels = height * width;
  const images = new Float32Array(count * 3 * pixels);
  const knots = new Float64Array(3 * KNOTS * KNOTS);
  for (let at = 0; at < count; at++) {
    normal({ seed: INSPECTION_SEED, stream: STREAMS.direction, identity: at }, knots);
    for (let channel = 0; channel < 3; channel++) {
      const { low, high } = channelRange(recogniser.manifest.image.range, channel);
      const surface = knots.subarray(channel * KNOTS * KNOTS, (channel + 1) * KNOTS * KNOTS);
      for (let pixel = 0; pixel < pixels; pixel++) {
        const y = Math.floor(pixel / width) / Math.max(1, height - 1);
        const x = (pixel % width) / Math.max(1, width - 1);
        const unit = Math.min(1, Math.max(0, 0.5 + 0.2 * bilinear(surface, x, y)));
        const place = layout === 'NCHW' ? channel * pixels + pixel : pixel * 3 + channel;
        images[at * 3 * pixels + place] = low + (high - low) * unit;
      }
    }
  }
  return images;
}

/** The values that black and white have in one channel. */
export function channelRange(
  range: RecogniserModel['manifest']['image']['range'],
  channel: number,
): { readonly low: number; readonly high: number } {
  if (Array.isArray(range)) return { low: range[0], high: range[1] };
  const mean = range.mean[channel] ?? 0;
  const std = range.std[channel] ?? 1;
  return { low: (0 - mean) / std, high: (1 - mean) / std };
}

function bilinear(knots: Float64Array, x: number, y: number): number {
  const [u, v] = [x * (KNOTS - 1), y * (KNOTS - 1)];
  const [left, top] = [Math.min(KNOTS - 2, Math.floor(u)), Math.min(KNOTS - 2, Math.floor(v))];
  const [a, b] = [u - left, v - top];
  const knot = (row: number, column: number): number => knots[row * KNOTS + column] ?? 0;
  return (
    (1 - b) * ((1 - a) * knot(top, left) + a * knot(top, left + 1)) +
    b * ((1 - a) * knot(top + 1, left) + a * knot(top + 1, left + 1))
  );
}
