/** @file Variations of identities. */

export { directionName } from './covariate-axes.ts';
export { initialVariations, spreadDirections } from './disco.ts';
export type { InitialVariations, SpreadDirection } from './disco.ts';
export { dispersionStep } from './dispersion.ts';
export type {
  DispersionContext,
  DispersionState,
  ResolvedDispersion,
  VariationGroup,
} from './dispersion.ts';
export { neutralise } from './neutralise.ts';
export type {
  CovariateWeights,
  FinishedVariations,
  VariationAlgorithm,
  VariationOptions,
  VariationProgress,
  VariationResult,
  VariationState,
} from './options.ts';
export type { CovariatesParameters, DiscoParameters, DispersionParameters } from './parameters.ts';
export { sampleVariations, variationGroup } from './sample-variations.ts';
export type { VariationStatistics } from './statistics.ts';
