/** @file What the stages of a recipe ask of the samplers: its parameters, and the data of the sets that it names. */

import { ParameterError } from '../errors.ts';
import type { Recipe } from '../recipe/index.ts';
import type { ReferenceOptions } from '../references/index.ts';
import type { VariationOptions } from '../variations/index.ts';

/** The data of the sets that a recipe names; the sampler knows no catalog. */
export interface RecipeSets {
  /** Unit embeddings [M, E] of the gallery. */
  readonly gallery?: Float32Array | undefined;
}

/**
 * The options of `sampleReferences` for a recipe.
 *
 * @throws ParameterError where the recipe names a gallery that was not given
 */
export function referenceOptions(recipe: Recipe, sets: RecipeSets): ReferenceOptions {
  const { identities, seed, truncation, references } = recipe;
  const common = { identities, seed, truncation };
  if (references.algorithm === 'random') return { ...references, ...common };
  if (references.algorithm !== 'langevin') {
    throw new ParameterError('algorithm', `'${references.algorithm}' cannot be run yet.`);
  }
  if (references.gallery !== null && sets.gallery === undefined) {
    throw new ParameterError(
      'gallery',
      `is '${references.gallery}', whose embeddings were not given; give them, or set gallery to null and constantDistance to 0.`,
    );
  }
  return { ...references, ...common, gallery: sets.gallery };
}

/** The options of `sampleVariations` for a recipe with variations. */
export function variationOptions(
  recipe: Recipe,
  references: VariationOptions['references'],
): VariationOptions {
  const { seed, truncation, variations } = recipe;
  if (variations?.algorithm !== 'dispersion') {
    throw new ParameterError('algorithm', `'${variations?.algorithm}' cannot be run yet.`);
  }
  return { ...variations, references, seed, truncation };
}
