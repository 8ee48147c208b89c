/** @file State and statistics of the sampling of reference identities. */

import type { ClosestPair, Summary } from '../pairs/index.ts';

/** What a checkpoint holds. Continuing from it gives the same bits as not stopping. */
export interface ReferenceState {
  /** Iterations done; draws so far where identities are placed one after another. */
  readonly iteration: number;
  /** [N, D]; of the identities placed so far where they are placed one after another. */
  readonly latents: Float32Array;
  /** Unit embeddings of these latents, [N, E]. */
  readonly embeddings: Float32Array;
  /** Draws refused in a row, where identities are placed one after another. @default 0 */
  readonly refused?: number;
}

/** Norms over identities. */
export interface ForceStatistics {
  /** f_int */
  readonly interaction: Summary;
  /** f_lat */
  readonly latent: Summary;
  /** η0 |N(0, I)|, before its factor sqrt(dt)/μ */
  readonly random: Summary;
  /** f = f_int + f_lat */
  readonly total: Summary;
}

export interface PhaseSeconds {
  pairs: number;
  pullback: number;
  update: number;
  embed: number;
}

/** Statistics of a state and of the step taken from it, or to it where identities are placed one after another. */
export interface ReferenceStatistics {
  readonly iteration: number;
  /** Over all pairs, radians. */
  readonly theta: Summary;
  /** Share of pairs with θ > ICT, 0..1. */
  readonly aboveIct: number;
  /** The two identities with the smallest θ; null where there is but one. */
  readonly closest: ClosestPair | null;
  /** Angle of every identity to every row of the gallery, radians; null without one. */
  readonly galleryTheta: Summary | null;
  /** |w_i - w_j| over all pairs. */
  readonly latentDistance: Summary;
  /** Mean |w - w_avg|. */
  readonly meanRadius: number;
  /** Null for the final state, from which no step is taken. */
  readonly forces: ForceStatistics | null;
  readonly timestep: number | null;
  readonly seconds: Readonly<PhaseSeconds>;
}

/** Runs work and adds its duration to a phase. */
export function addSeconds<P extends string>(
  seconds: Record<P, number>,
  clock: () => number,
): <T>(phase: P, work: () => Promise<T>) => Promise<T> {
  return async (phase, work) => {
    const start = clock();
    const result = await work();
    seconds[phase] += clock() - start;
    return result;
  };
}
