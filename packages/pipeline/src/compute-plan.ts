/** @file What the numbers of a run depend on beside its recipe's stages: models, execution provider, precision. */

import type { GeneratorModel, RecogniserModel, Recipe } from '@colloid/sampler';

import type { Json } from './digest.ts';

/** Part of the inputs of every activity of a run. float32 is not named, so that what was computed before there was a choice keeps its name. */
export function computePlan(
  models: {
    readonly generator: Pick<GeneratorModel, 'digest'>;
    readonly recogniser: Pick<RecogniserModel, 'digest'>;
  },
  { provider, recipe }: { readonly provider: string; readonly recipe: Pick<Recipe, 'precision'> },
): Json {
  return {
    generator: models.generator.digest,
    recogniser: models.recogniser.digest,
    provider,
    ...(recipe.precision === 'float32' ? {} : { precision: recipe.precision }),
  };
}
