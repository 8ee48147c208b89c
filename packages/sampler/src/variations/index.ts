/** @file Variations of identities. */

export type { DispersionParameters } from './parameters.ts';
export { dispersionStep, initDispersion } from './dispersion.ts';
export type {
  DispersionContext,
  DispersionGroup,
  DispersionState,
  ResolvedDispersion,
} from './dispersion.ts';
export { sampleVariations, variationGroup } from './sample-variations.ts';
export type {
  FinishedVariations,
  VariationOptions,
  VariationProgress,
  VariationResult,
  VariationState,
} from './sample-variations.ts';
export type { VariationStatistics } from './statistics.ts';
