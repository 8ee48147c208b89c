/** @file Recipes: schema, parameters, presets, estimates. Loads neither onnxruntime nor ONNX code. */

export { checkParameters } from './check.ts';
export { estimate } from './estimate.ts';
export type { Estimate, Throughput } from './estimate.ts';
export { refusal, resolveLength } from './parameter-info.ts';
export type {
  LatentLength,
  ParameterInfo,
  ParameterTable,
  ParameterUnit,
} from './parameter-info.ts';
export {
  DISPERSION_TABLE,
  LANGEVIN_TABLE,
  PARAMETER_TABLE,
  RANDOM_TABLE,
} from './parameter-table.ts';
export { findPreset, PRESETS } from './presets.ts';
export type { Preset } from './presets.ts';
export {
  parseRecipe,
  ZDispersionParameters,
  ZImageFormat,
  ZLangevinParameters,
  ZRandomParameters,
  ZRecipe,
  ZReferenceStage,
  ZVariationStage,
} from './recipe.ts';
export type { Recipe, RecipeInput } from './recipe.ts';
