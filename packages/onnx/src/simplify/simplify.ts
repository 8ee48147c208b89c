/** @file Rewrites that leave the function as it is and make it and its gradient cheaper. */
import { pruneNodes } from '../build/prune.ts';
import { check } from '../ir/check.ts';
import type { Graph } from '../ir/graph.ts';
import { foldBatchNormalization } from './fold-batch-normalization.ts';
import { removePassThrough } from './remove-pass-through.ts';

const PASSES: readonly ((graph: Graph) => Graph)[] = [
  removePassThrough,
  foldBatchNormalization,
  pruneNodes,
];

/**
 * The same function with less to do: Identity, Dropout and Constant nodes gone, BatchNormalization folded into Conv, unused parts left out.
 * Folded weights have new names: to differentiate by weights, do not simplify first.
 */
export function simplify(graph: Graph): Graph {
  return PASSES.reduce((current, pass) => check(pass(current)), graph);
}
