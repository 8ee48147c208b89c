/** @file Compares a gradient with central differences along random directions. */

import type { ChainSessions } from '../chain/index.ts';
import { normal, STREAMS } from '../random/random.ts';

export interface DirectionReport {
  /** |difference - g·v| / |g| per direction, in ascending order. */
  readonly errors: readonly number[];
  readonly median: number;
  readonly worst: number;
  /** For the log: quantiles in scientific notation. */
  readonly text: string;
}

/**
 * Gradient of f(w) = c · ê(w) for fixed random c at one latent, against (f(w + hv) - f(w - hv)) / 2h
 * for unit directions v. All evaluations run in one batched call.
 *
 * @param options.step h, in latent units: as small as float32 rounding of f allows
 */
export async function compareDirections(
  sessions: ChainSessions,
  options: {
    readonly latent: Float32Array;
    readonly directions: number;
    readonly step: number;
    readonly seed: number;
  },
): Promise<DirectionReport> {
  const { latentDim: D, embeddingDim: E } = sessions;
  const { latent, directions, step, seed } = options;
  const cotangent = new Float32Array(E);
  normal({ seed, stream: STREAMS.direction, identity: 1_000_000 }, cotangent);
  const gradient = await sessions.pullback(latent, cotangent);
  const norm = Math.hypot(...gradient);
  const rows = new Float32Array(2 * directions * D);
  const analytic: number[] = [];
  for (let k = 0; k < directions; k++) {
    const v = new Float64Array(D);
    normal({ seed, stream: STREAMS.direction, identity: k }, v);
    const length = Math.hypot(...v);
    // The difference is taken between the float32 latents that are really evaluated.
    let along = 0;
    for (let d = 0; d < D; d++) {
      const w = latent[d] ?? 0;
      const plus = Math.fround(w + (step * (v[d] ?? 0)) / length);
      const minus = Math.fround(w - (step * (v[d] ?? 0)) / length);
      rows[2 * k * D + d] = plus;
      rows[(2 * k + 1) * D + d] = minus;
      along += (gradient[d] ?? 0) * (plus - minus);
    }
    analytic.push(along / (2 * step));
  }
  const e = await sessions.embed(rows);
  const value = (row: number): number => {
    let sum = 0;
    for (let d = 0; d < E; d++) sum += (cotangent[d] ?? 0) * (e[row * E + d] ?? 0);
    return sum;
  };
  const errors = analytic
    .map((along, k) => Math.abs((value(2 * k) - value(2 * k + 1)) / (2 * step) - along) / norm)
    .sort((a, b) => a - b);
  const at = (q: number): number => errors[Math.round(q * (errors.length - 1))] ?? 0;
  const text = [0, 0.25, 0.5, 0.75, 0.9, 1]
    .map((q) => `q${q} ${at(q).toExponential(1)}`)
    .join(', ');
  return { errors, median: at(0.5), worst: at(1), text };
}
