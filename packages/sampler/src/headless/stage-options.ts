/** @file What the stages of a recipe ask of the samplers: its parameters, and the data of the sets that it names. */

import type { CovariateDirections } from '../covariates/directions.ts';
import { ParameterError } from '../errors.ts';
import type { Recipe } from '../recipe/index.ts';
import type { ReferenceOptions } from '../references/index.ts';
import type { VariationOptions } from '../variations/index.ts';

/** The data of the sets that a recipe names; the sampler knows no catalog. */
export interface RecipeSets {
  /** Unit embeddings [M, E] of the gallery. */
  readonly gallery?: Float32Array | undefined;
  /** The directions of the covariate set. */
  readonly covariates?: CovariateDirections | undefined;
}

/**
 * The options of `sampleReferences` for a recipe.
 *
 * @throws ParameterError where the recipe names a gallery that was not given
 */
export function referenceOptions(recipe: Recipe, sets: RecipeSets): ReferenceOptions {
  const { identities, seed, truncation, references } = recipe;
  const common = { identities, seed, truncation };
  if (references.algorithm !== 'langevin') return { ...references, ...common };
  if (references.gallery !== null && sets.gallery === undefined) {
    throw new ParameterError(
      'gallery',
      `is '${references.gallery}', whose embeddings were not given; give them, or set gallery to null and constantDistance to 0.`,
    );
  }
  return { ...references, ...common, gallery: sets.gallery };
}

/**
 * The options of `sampleVariations` for a recipe with variations.
 *
 * @throws ParameterError where the recipe has none, or names a covariate set that was not given
 */
export function variationOptions(
  recipe: Recipe,
  references: VariationOptions['references'],
  sets: RecipeSets,
): VariationOptions {
  const { seed, truncation, variations } = recipe;
  const common = { references, seed, truncation };
  if (variations === null) {
    throw new ParameterError('variations', 'is null, so that there are none to sample.');
  }
  if (variations.algorithm === 'dispersion') return { ...variations, ...common };
  if (sets.covariates === undefined) {
    throw new ParameterError(
      'covariates',
      `is '${variations.covariates}', whose directions were not given; give them, or use dispersion, which needs none.`,
    );
  }
  return { ...variations, ...common, covariates: sets.covariates };
}
