/** @file What a computation costs: rows through the chain, counted. */

import type { ChainSessions } from './open-chain.ts';

/** Rows so far. */
export interface RowCounts {
  /** Latents embedded by a forward pass alone. */
  embeddings: number;
  /** Latents differentiated; a gradient pass contains a forward pass. */
  gradients: number;
}

/** The same sessions, with a count of the rows that go through them. Closing either closes both. */
export function countRows(sessions: ChainSessions): {
  readonly sessions: ChainSessions;
  readonly counts: RowCounts;
} {
  const counts: RowCounts = { embeddings: 0, gradients: 0 };
  const rows = (latents: Float32Array): number => latents.length / sessions.latentDim;
  return {
    counts,
    sessions: {
      ...sessions,
      embed: (latents, options) => {
        counts.embeddings += rows(latents);
        return sessions.embed(latents, options);
      },
      pullback: (latents, cotangent, options) => {
        counts.gradients += rows(latents);
        return sessions.pullback(latents, cotangent, options);
      },
      dispersionGradient: (latents, references, options) => {
        counts.gradients += rows(latents);
        return sessions.dispersionGradient(latents, references, options);
      },
    },
  };
}
