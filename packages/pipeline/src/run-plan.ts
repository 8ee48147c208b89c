/** @file What a run will need of the budgets, told from its recipe. */

import { parseRecipe, variationsPerIdentity } from '@colloid/sampler/recipe';

export interface RunPlan {
  readonly identityCount: number;
  /** The reference and its variations. */
  readonly samplesPerIdentity: number;
  /** ICT that the recipe aims for, radians. */
  readonly separation: number;
}

/**
 * @param definition a recipe document, as `Recipe.definition` keeps it.
 * @throws {RecipeError} where it is not valid.
 */
export function runPlan(definition: unknown): RunPlan {
  const recipe = parseRecipe(definition);
  return {
    identityCount: recipe.identities,
    samplesPerIdentity: 1 + variationsPerIdentity(recipe),
    separation: recipe.references.parameters.interClassThreshold,
  };
}
