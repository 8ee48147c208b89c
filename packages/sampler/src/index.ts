/** @file Sampling of synthetic identities and their variations, on onnxruntime. */

export * from './chain/index.ts';
export {
  CheckpointError,
  CovariateError,
  InspectionFaultError,
  ManifestError,
  ModelFileError,
  ModelGraphError,
  ModelMismatchError,
  NotFiniteError,
  ParameterError,
  PrecisionError,
  ProviderUnavailableError,
  RandomNodeError,
  RecipeError,
  RuntimeClosedError,
  SaturatedError,
  SamplerError,
  SelfTestError,
  SessionError,
  UnsupportedOperatorError,
  isSamplerError,
} from './errors.ts';
export type { SamplerErrorCode } from './errors.ts';
export * from './covariates/index.ts';
export * from './headless/index.ts';
export * from './inspection/index.ts';
export * from './metrics/index.ts';
export * from './models/index.ts';
export * from './pairs/index.ts';
export * from './projection/index.ts';
export { checkSeed, normal, STREAMS, uniform } from './random/random.ts';
export type { RandomKey } from './random/random.ts';
export * from './recipe/index.ts';
export * from './references/index.ts';
export * from './runtime/index.ts';
export * from './training/index.ts';
export * from './variations/index.ts';
