/** @file How a gradient stays within a memory limit: fewer rows at a time, then fewer activations kept. */

import { estimateMemory, movedBytes, recompute } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';

import { COTANGENT } from './gradient-graphs.ts';

export interface MemoryPlan {
  readonly graph: Graph;
  /** Rows that one run may have; Infinity without a limit. */
  readonly maxRows: number;
}

const COTANGENTS = [COTANGENT];

/**
 * Plans a pullback. Time per image hardly depends on the batch, so that rows are cut first; a batch that is fixed, or a single row that does not
 * fit, leaves recomputation, which repeats the forward pass. `batch` is what the models are fixed to, or null.
 */
export function planMemory(
  pullback: Graph,
  { limitBytes, batch }: { readonly limitBytes: number; readonly batch: number | null },
): MemoryPlan {
  if (limitBytes === Infinity) return { graph: pullback, maxRows: Infinity };
  const peakOf = (rows: number): number =>
    estimateMemory(pullback, { sizes: { batch: rows }, cotangents: COTANGENTS }).peakBytes;
  if (batch === null) {
    // Bytes grow with the rows, each by the same amount, on top of what does not depend on them.
    const [one, two] = [peakOf(1), peakOf(2)];
    if (one <= limitBytes)
      return {
        graph: pullback,
        maxRows: 1 + Math.floor((limitBytes - one) / Math.max(1, two - one)),
      };
  }
  const sizes = { batch: batch ?? 1 };
  return {
    graph: recompute(pullback, { limitBytes, sizes, cotangents: COTANGENTS }),
    maxRows: batch ?? 1,
  };
}

/** Bytes that one run of the forward graph may move: about what a core's share of the last cache still helps with. */
const RUN_BYTES = 300e6;
/** Nodes of the forward graph whose fixed cost one more row outweighs. */
const NODES_PER_ROW = 400;

/**
 * Rows of one run on a CPU, a power of two: as few as keep what is moved near the cache, and enough that nodes do not wait for work.
 * Convolutions cost the same per row from one row on, everything else less while its values are in the cache, and a batch of 32 in runs
 * of 4 or 8 needs a fraction of the memory.
 */
export function rowsAtOnce(embed: Graph): number {
  const perRow = movedBytes(embed, { batch: 1 });
  const rows = Math.max(RUN_BYTES / Math.max(1, perRow), embed.nodes.length / NODES_PER_ROW, 1);
  return 2 ** Math.floor(Math.log2(rows));
}
