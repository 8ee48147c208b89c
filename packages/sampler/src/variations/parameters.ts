/** @file Parameters of the variation algorithms. */

import type { LatentLength } from '../recipe/parameter-info.ts';

/** Dispersion; symbols and defaults in the parameter table of the recipe. */
export interface DispersionParameters {
  readonly iterations: number;
  /** A */
  readonly variations: number;
  /** k_e */
  readonly embeddingCoefficient: number;
  /** k_w */
  readonly latentCoefficient: number;
  /** dw0 */
  readonly latentRadius: LatentLength;
  /** k_l */
  readonly latentGlobalCoefficient: number;
  /** η0 */
  readonly randomForce: number;
  /** μ */
  readonly viscousCoefficient: number;
  /** dt; -τ when negative: adaptive */
  readonly timestep: number;
  /** σ */
  readonly initialNoise: LatentLength;
}

/** DisCo: Dispersion that starts spread along covariate directions. */
export interface DiscoParameters extends DispersionParameters {
  /** Of directions of the covariate 'pose'. */
  readonly poseScaling: number;
  /** Of directions of the covariate 'illumination'. */
  readonly illuminationScaling: number;
  /** Of directions of the covariate 'expression'. */
  readonly expressionScaling: number;
}

/** Steps along covariate directions from the neutral latent, without dynamics. */
export interface CovariatesParameters {
  /** Evenly spaced variations along pose; 0: none. */
  readonly poseSteps: number;
  /** Evenly spaced variations along illumination; 0: none. */
  readonly illuminationSteps: number;
}
