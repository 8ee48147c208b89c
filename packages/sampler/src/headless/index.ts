/** @file Recipes without files or services. */

export { openRecipeChain } from './open-recipe-chain.ts';
export type { RecipeChainOptions } from './open-recipe-chain.ts';
export { runRecipe } from './run-recipe.ts';
export type {
  ImageProgress,
  RunEvent,
  RunRecipeOptions,
  RunResult,
  RunStage,
} from './run-recipe.ts';
export { referenceOptions, variationOptions } from './stage-options.ts';
export type { RecipeSets } from './stage-options.ts';
