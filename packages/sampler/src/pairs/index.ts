/** @file Computations over all pairs of identities. */

import { ParameterError } from '../errors.ts';
import type { Runtime } from '../runtime/types.ts';
import { PairEngine } from './engine.ts';

/** Opens the all-pairs computations for embeddings of `embeddingDim` numbers. Close it when done. */
export function openPairs(
  runtime: Runtime,
  options: { readonly embeddingDim: number; readonly block?: number },
): PairEngine {
  const { block } = options;
  if (block !== undefined && (!Number.isInteger(block) || block < 1)) {
    throw new ParameterError('block', `must be a whole number of at least 1, got ${block}.`);
  }
  return new PairEngine(runtime, options.embeddingDim, block);
}

export type { Summary } from './accumulators.ts';
export { angleBetween, distanceBetween } from './exact.ts';
export type { RowPair } from './exact.ts';
export type { PairEngine, PairOptions } from './engine.ts';
export type { Nearest } from './nearest.ts';
export type { Repulsion } from './repulsion.ts';
export { angleOfVersine, versineOfAngle } from './scan.ts';
export type { ScanLine } from './scan.ts';
export type { ClosestPair, PairStatistics } from './statistics.ts';
