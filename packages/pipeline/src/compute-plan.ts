/** @file What the numbers of a run depend on beside its recipe's stages: models, execution provider, precision, forms of convolutions. */

import type { GeneratorModel, RecogniserModel, Recipe } from '@colloid/sampler';

import type { Json } from './digest.ts';

/** Megabytes that faster forms of convolutions may add to the weights on a CPU, where nobody says otherwise. */
export const WEIGHT_MEMORY_MB = 512;

/**
 * Part of the inputs of every activity of a run. float32 and {@link WEIGHT_MEMORY_MB} are not named, so that what was computed before there
 * was a choice keeps its name.
 */
export function computePlan(
  models: {
    readonly generator: Pick<GeneratorModel, 'digest'>;
    readonly recogniser: Pick<RecogniserModel, 'digest'>;
  },
  {
    provider,
    recipe,
    weightMemoryMb,
  }: {
    readonly provider: string;
    readonly recipe: Pick<Recipe, 'precision'>;
    /** Faster forms round otherwise, and which there are follows from it. */
    readonly weightMemoryMb: number;
  },
): Json {
  return {
    generator: models.generator.digest,
    recogniser: models.recogniser.digest,
    provider,
    ...(recipe.precision === 'float32' ? {} : { precision: recipe.precision }),
    ...(provider !== 'cpu' || weightMemoryMb === WEIGHT_MEMORY_MB ? {} : { weightMemoryMb }),
  };
}
