/** @file What the sampling of variations takes and gives, whatever the algorithm. */

import type { CovariateDirections } from '../covariates/directions.ts';
import type { CovariatesParameters, DiscoParameters, DispersionParameters } from './parameters.ts';
import type { VariationStatistics } from './statistics.ts';

export type VariationAlgorithm =
  | { readonly algorithm: 'dispersion'; readonly parameters?: Partial<DispersionParameters> }
  | {
      readonly algorithm: 'disco';
      readonly parameters?: Partial<DiscoParameters>;
      /** Made for the generator. */
      readonly covariates: CovariateDirections;
    }
  | {
      readonly algorithm: 'covariates';
      readonly parameters?: Partial<CovariatesParameters>;
      /** One variation each: positive sides of directions of the covariate 'expression'. @default those of the published sets */
      readonly expressions?: readonly string[];
      readonly covariates: CovariateDirections;
    };

export type VariationOptions = VariationAlgorithm & {
  readonly references: {
    /** [N, D] */
    readonly latents: Float32Array;
    /** Unit embeddings, [N, E]. */
    readonly embeddings: Float32Array;
  };
  /** Number of the first of these identities within the run: a multiple of `variationGroup`. @default 0 */
  readonly firstIdentity?: number;
  readonly seed: number;
  /** ψ, by which lengths given as `meanDistances` are measured. @default 0.7 */
  readonly truncation?: number;
};

/** Identities that have finished; continue after them. */
export interface VariationState {
  readonly identitiesDone: number;
  /** [identitiesDone, A, D] */
  readonly latents: Float32Array;
  /** [identitiesDone, A, E] */
  readonly embeddings: Float32Array;
  /** [identitiesDone, A] */
  readonly theta: Float32Array;
}

/** Variations of identities that have just finished. */
export interface FinishedVariations {
  /** Number of the first identity within the run. */
  readonly first: number;
  readonly count: number;
  readonly latents: Float32Array;
  readonly embeddings: Float32Array;
  readonly theta: Float32Array;
}

export interface VariationProgress {
  readonly identitiesDone: number;
  readonly identities: number;
  /** Within the present group. */
  readonly iteration: number;
  readonly iterations: number;
  /** Of the whole, 0..1. */
  readonly fraction: number;
  /** Of the present group, before its last step, or at its end. */
  readonly statistics: VariationStatistics;
  readonly finished: FinishedVariations | null;
}

/** How far variations began from their reference along covariate directions. */
export interface CovariateWeights {
  /** `covariate:negative/positive` of each direction, K of them. */
  readonly directions: readonly string[];
  /**
   * [N, A, K], in units of max(-mean_neg, mean_pos) of the direction, scaling included: DisCo's scaling times u; the step of `covariates`,
   * -1 to 1 along pose and light and 1 for its expression.
   */
  readonly values: Float32Array;
}

export interface VariationResult {
  /** A */
  readonly variations: number;
  /** [N, A, D] */
  readonly latents: Float32Array;
  /** Unit embeddings, [N, A, E]. */
  readonly embeddings: Float32Array;
  /** Angle of each variation to its reference, radians, [N, A]. */
  readonly theta: Float32Array;
  /** Per iteration over all identities of this call; the last is of the final state. */
  readonly statistics: readonly VariationStatistics[];
  /** What each of the A variations shows, such as 'pose 1' or 'smile'; null where they are not made to show anything. */
  readonly labels: readonly string[] | null;
  /** Null for Dispersion, which knows no covariates. */
  readonly weights: CovariateWeights | null;
}
