/** @file Draws from a generator's prior, and what is estimated from them. */

import { ParameterError } from '../errors.ts';
import type { GeneratorModel } from '../models/model.ts';
import { normal, STREAMS, uniform } from '../random/random.ts';

/** Draws behind the mean latent. */
const AVERAGE_DRAWS = 10_000;
/** Disjoint pairs behind the mean distance between random latents. */
const DISTANCE_PAIRS = 1024;
/** Estimates belong to the model, not to a run: their seed never changes. */
const MODEL_SEED = 0;

type Map = (z: Float32Array) => Promise<Float32Array>;

/** z [count, Dz] of the identities `first` onwards: a row depends on the seed and its identity alone. */
export function drawPrior(
  generator: GeneratorModel,
  options: {
    readonly seed: number;
    readonly stream?: number;
    readonly first: number;
    readonly count: number;
  },
): Float32Array {
  const { seed, stream = STREAMS.referenceLatent, first, count } = options;
  if (!Number.isInteger(count) || count < 1) {
    throw new ParameterError('identities', `must be a whole number of at least 1, got ${count}.`);
  }
  const width = generator.priorDim;
  const z = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const out = z.subarray(row * width, (row + 1) * width);
    const key = { seed, stream, identity: first + row };
    if (generator.manifest.latent.prior === 'normal') normal(key, out);
    else {
      uniform(key, out);
      for (let i = 0; i < width; i++) out[i] = 2 * (out[i] ?? 0) - 1;
    }
  }
  return z;
}

/** w_avg [D]: the model's own; 0 without a mapping network, whose priors are centred; else estimated. */
export async function averageLatent(generator: GeneratorModel, map: Map): Promise<Float32Array> {
  if (generator.average !== null) return generator.average;
  const D = generator.latentDim;
  if (generator.mapping === null) return new Float32Array(D);
  const w = await map(modelDraws(generator, STREAMS.averageLatent, AVERAGE_DRAWS));
  const sums = new Float64Array(D);
  for (let i = 0; i < w.length; i++) sums[i % D] = (sums[i % D] ?? 0) + (w[i] ?? 0);
  return Float32Array.from(sums, (sum) => sum / AVERAGE_DRAWS);
}

/** Mean |w - w'| of independent untruncated latents. */
export async function meanLatentDistance(generator: GeneratorModel, map: Map): Promise<number> {
  const w = await map(modelDraws(generator, STREAMS.latentScale, 2 * DISTANCE_PAIRS));
  const D = generator.latentDim;
  let sum = 0;
  for (let pair = 0; pair < DISTANCE_PAIRS; pair++) {
    let square = 0;
    for (let d = 0; d < D; d++) {
      const difference = (w[2 * pair * D + d] ?? 0) - (w[(2 * pair + 1) * D + d] ?? 0);
      square += difference * difference;
    }
    sum += Math.sqrt(square);
  }
  return sum / DISTANCE_PAIRS;
}

function modelDraws(generator: GeneratorModel, stream: number, count: number): Float32Array {
  return drawPrior(generator, { seed: MODEL_SEED, stream, first: 0, count });
}
