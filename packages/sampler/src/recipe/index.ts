/** @file Recipes: schema, parameters, presets, estimates. Loads neither onnxruntime nor ONNX code. */

export { readAuthorsOptions } from './authors-options.ts';
export type { OptionProblem } from './authors-options.ts';
export { checkParameters } from './check.ts';
export { compareRecipes } from './compare-recipes.ts';
export type { RecipeDifference } from './compare-recipes.ts';
export { estimate } from './estimate.ts';
export type { Estimate, Throughput } from './estimate.ts';
export { refusal, resolveLength } from './parameter-info.ts';
export type {
  LatentLength,
  ParameterInfo,
  ParameterTable,
  ParameterUnit,
} from './parameter-info.ts';
export { PARAMETER_TABLE, REFERENCE_TABLES, VARIATION_TABLES } from './parameter-table.ts';
export { findPreset, PRESETS } from './presets.ts';
export type { Preset } from './presets.ts';
export {
  EXPRESSIONS,
  parseRecipe,
  referenceIterations,
  variationIterations,
  variationsPerIdentity,
  ZCovariatesParameters,
  ZDiscoParameters,
  ZDispersionParameters,
  ZImageFormat,
  ZLangevinParameters,
  ZRandomParameters,
  ZRecipe,
  ZReferenceStage,
  ZRejectParameters,
  ZRepulseParameters,
  ZVariationStage,
} from './recipe.ts';
export type { Recipe, RecipeInput } from './recipe.ts';
export { LANGEVIN_TABLE, RANDOM_TABLE, REJECT_TABLE, REPULSE_TABLE } from './reference-tables.ts';
export { COVARIATES_TABLE, DISCO_TABLE, DISPERSION_TABLE } from './variation-tables.ts';
