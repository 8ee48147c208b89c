/** @file Covariate directions: planes through the origin of the latent space, and where the latents of either side lie. */

/** Signed distances of the latents of one side to the plane, latent units. */
export interface SideStatistics {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
}

export interface CovariateDirection {
  /** 'pose', 'illumination', 'expression' or another name. */
  readonly covariate: string;
  /** Class of the negative side, for example 'left' or 'neutral'. */
  readonly negative: string;
  readonly positive: string;
  /** Unit, [D]. */
  readonly normal: Float32Array;
  readonly negativeSide: SideStatistics;
  readonly positiveSide: SideStatistics;
  readonly trainingAccuracy: number;
  /** By identity; null where it was not measured. */
  readonly heldOutAccuracy: number | null;
}

export interface CovariateDirections {
  readonly latentDim: number;
  readonly directions: readonly CovariateDirection[];
}
