/** @file What the sampling of references takes and gives, whatever the algorithm. */

import type {
  LangevinParameters,
  RandomParameters,
  RejectParameters,
  RepulseParameters,
} from './parameters.ts';
import type { ReferenceState, ReferenceStatistics } from './statistics.ts';

export type ReferenceAlgorithm =
  | {
      readonly algorithm: 'langevin';
      readonly parameters?: Partial<LangevinParameters>;
      /** Unit embeddings [M, E] that every identity keeps constantDistance from. */
      readonly gallery?: Float32Array | undefined;
    }
  | { readonly algorithm: 'random'; readonly parameters?: Partial<RandomParameters> }
  | { readonly algorithm: 'reject'; readonly parameters?: Partial<RejectParameters> }
  | { readonly algorithm: 'repulse'; readonly parameters?: Partial<RepulseParameters> };

export type ReferenceOptions = ReferenceAlgorithm & {
  /** At least 2. */
  readonly identities: number;
  readonly seed: number;
  /** ψ. @default 0.7 */
  readonly truncation?: number;
};

export interface DriverOptions {
  readonly signal?: AbortSignal | undefined;
  /** Seconds, for the statistics. @default a clock that stands still */
  readonly clock?: (() => number) | undefined;
}

export interface ReferenceProgress {
  /** Iterations done, or identities placed. */
  readonly completed: number;
  readonly total: number;
  /** Of the state before the last step, of the identities placed so far, or of the final state. */
  readonly statistics: ReferenceStatistics;
  /** The state reached. Do not change its arrays. */
  readonly state: ReferenceState;
  /** Whether `checkpointEvery` asks for this state to be kept. */
  readonly checkpoint: boolean;
}

export interface ReferenceResult {
  readonly state: ReferenceState;
  readonly latents: Float32Array;
  readonly embeddings: Float32Array;
  /** Of the first state of this call: of the random draw, unless it resumed or identities are placed one after another. */
  readonly before: ReferenceStatistics;
  readonly after: ReferenceStatistics;
  readonly statistics: readonly ReferenceStatistics[];
  /** The iteration at which no force was left, or null. */
  readonly restedAt: number | null;
}

/** What an algorithm comes to, after the progress of every step. */
export interface ReferenceEnd {
  readonly state: ReferenceState;
  readonly restedAt: number | null;
}
