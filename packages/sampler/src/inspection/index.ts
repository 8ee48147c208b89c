/** @file What registration finds out about a model, and the gradient check of a pair. */

export type { CheckEvent } from './check-log.ts';
export { compareDirections } from './directions.ts';
export type { Differentiable, DirectionOptions, DirectionReport } from './directions.ts';
export { inspectGuarded } from './guard.ts';
export type { GuardOptions, InspectionLimits } from './guard.ts';
export { inspectModel } from './inspect-model.ts';
export type { Inspection, InspectOptions } from './inspect-model.ts';
export {
  checkPairGradients,
  FLOAT16_TOLERANCE,
  GRADIENT_TOLERANCE,
  isWithinTolerance,
  openChainFunction,
  toleranceOf,
} from './pair-gradients.ts';
export type { PairGradientOptions } from './pair-gradients.ts';
export { CHECK_TITLES, MODEL_CHECKS, ZModelReport } from './report.ts';
export type { ModelCheck, ModelCheckId, ModelReport } from './report.ts';
