/** @file The gradient check of a generator together with a recogniser: what `./colloid gradcheck` prints. */

import type { ChainSessions, Precision } from '../chain/index.ts';
import { compareDirections } from './directions.ts';
import type { Differentiable, DirectionReport } from './directions.ts';
import { openHeldFunction } from './held-function.ts';

/** Above these a gradient computed in float32 does not agree with central differences. */
export const GRADIENT_TOLERANCE = { median: 1e-3, worst: 3e-2 } as const;

/** The same for a gradient computed in float16, against differences in float32. */
export const FLOAT16_TOLERANCE = { median: 2e-2, worst: 3e-2 } as const;

/** What a pair's gradient check is held against. */
export function toleranceOf(precision: Precision): {
  readonly median: number;
  readonly worst: number;
} {
  return precision === 'float16' ? FLOAT16_TOLERANCE : GRADIENT_TOLERANCE;
}

export interface PairGradientOptions {
  /** Latents, drawn without truncation. @default 4 */
  readonly samples?: number;
  /** Random directions per latent. @default 16 */
  readonly directions?: number;
  /** @default 1 */
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
}

/** From latents to unit embeddings. Whoever opened it closes it; the sessions stay open. */
export async function openChainFunction(
  sessions: ChainSessions,
): Promise<Differentiable & { close(): Promise<void> }> {
  const { chain, runtime, batchSize, latentDim, embeddingDim } = sessions;
  const held = await openHeldFunction(runtime, chain.graph('embed'), {
    ports: { input: 'w', output: 'embedding' },
    outputs: embeddingDim,
    batch: chain.batch,
    batchSize,
  });
  return {
    inputs: latentDim,
    outputs: embeddingDim,
    evaluateOnBranchesOf: (point, rows) => held.evaluate(rows, point),
    pullback: (rows, cotangents) => sessions.pullback(rows, cotangents),
    close: () => held.close(),
  };
}

/** Compares the gradient of w to ê with central differences at random latents of the generator. */
export async function checkPairGradients(
  sessions: ChainSessions,
  options: PairGradientOptions = {},
): Promise<DirectionReport> {
  const { samples = 4, directions = 16, seed = 1, signal } = options;
  const points = await sessions.drawLatents({
    seed,
    first: 0,
    count: samples,
    truncation: 1,
    signal,
  });
  const f = await openChainFunction(sessions);
  try {
    return await compareDirections(f, { points, directions, seed, signal });
  } finally {
    await f.close();
  }
}

/** Whether a report stays within the tolerance of what the gradient was computed in. */
export function isWithinTolerance(
  report: Pick<DirectionReport, 'median' | 'worst'>,
  precision: Precision = 'float32',
): boolean {
  const { median, worst } = toleranceOf(precision);
  // Written so that NaN is not within anything.
  return report.median <= median && report.worst <= worst;
}
