/** @file The models that Colloid brings. Light to import: no runtime, no image codec. */
export { BUILT_IN_COVARIATE_LABELS, builtInCovariates, builtInModels } from './built-in.ts';
export type { BuiltInCovariates, BuiltInModel } from './built-in.ts';
export { FACTOR_NAMES, factorIndices, LATENT_DIMENSION } from './parametric-head/factors.ts';
export type { FactorGroup, FactorName } from './parametric-head/factors.ts';
export { factorGroup, parametricHeadFactors } from './parametric-head/measure-factors.ts';
export type { HeadFactors } from './parametric-head/measure-factors.ts';
export {
  COVARIATE_CLASSES,
  galleryPopulation,
  labelledRenders,
  latentsForTraining,
  pairsPopulation,
} from './parametric-head/populations.ts';
export type {
  CovariateClass,
  LabelledLatent,
  LabelledLatents,
  LatentPairs,
  TrainingOptions,
} from './parametric-head/populations.ts';
