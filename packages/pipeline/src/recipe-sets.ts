/** @file The sets that a recipe names. */

import type { Recipe } from '@colloid/sampler/recipe';

/** Names as name@version; null where the recipe needs none. What `createRecipe` of the catalog takes. */
export interface NamedSets {
  readonly gallery: string | null;
  readonly covariates: string | null;
}

/** Reads the names of the gallery and of the covariate set out of a recipe. */
export function namedSets({ references, variations }: Recipe): NamedSets {
  return {
    gallery: references.algorithm === 'langevin' ? references.gallery : null,
    covariates:
      variations === null || variations.algorithm === 'dispersion' ? null : variations.covariates,
  };
}
