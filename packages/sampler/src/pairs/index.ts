/** @file Computations over all pairs of identities. */

import { ParameterError } from '../errors.ts';
import type { Runtime } from '../runtime/types.ts';
import { PairEngine } from './engine.ts';

/** Rows and columns of a tile: large enough for the matrix product's peak, 4 MB of cosines. */
const DEFAULT_BLOCK = 1000;

/** Opens the all-pairs computations for embeddings of `embeddingDim` numbers. Close it when done. */
export function openPairs(
  runtime: Runtime,
  options: { readonly embeddingDim: number; readonly block?: number },
): PairEngine {
  const block = options.block ?? DEFAULT_BLOCK;
  if (!Number.isInteger(block) || block < 1) {
    throw new ParameterError('block', `must be a whole number of at least 1, got ${block}.`);
  }
  return new PairEngine(runtime, options.embeddingDim, block);
}

export type { Summary } from './accumulators.ts';
export { angleBetween, distanceBetween } from './exact.ts';
export type { RowPair } from './exact.ts';
export type { Nearest, PairEngine, PairOptions, Repulsion } from './engine.ts';
export type { PairStatistics } from './statistics.ts';
