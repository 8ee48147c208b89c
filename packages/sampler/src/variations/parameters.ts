/** @file Parameters of Dispersion. */

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
