/** @file Parameters of the reference algorithms. */

/** Langevin dynamics; symbols and defaults in the parameter table of the recipe. */
export interface LangevinParameters {
  readonly iterations: number;
  /** k */
  readonly repulsionCoefficient: number;
  /** d0, radians */
  readonly repulsionRadius: number;
  /** dt; -τ when negative: adaptive */
  readonly timestep: number;
  /** μ */
  readonly viscousCoefficient: number;
  /** η0 */
  readonly randomForce: number;
  /** k_l */
  readonly latentForce: number;
  /** d_c, radians; 0 without a gallery */
  readonly constantDistance: number;
  /** ICT, radians */
  readonly interClassThreshold: number;
  /** 0: never */
  readonly checkpointEvery: number;
}

/** Draw once. */
export interface RandomParameters {
  /** ICT, radians: what the statistics count. */
  readonly interClassThreshold: number;
}

/** Keep a draw only if it is far enough from every identity so far. */
export interface RejectParameters {
  /** ICT, radians: the least angle between two identities. */
  readonly interClassThreshold: number;
  /** Draws in a row that may be refused before the generator counts as saturated. */
  readonly triesPerIdentity: number;
}

/** Like reject, but a draw that is too close is pushed away before it is given up. */
export interface RepulseParameters extends RejectParameters {
  /** Most gradient steps of a draw. */
  readonly gradientSteps: number;
  /** r */
  readonly repulsionCoefficient: number;
}
