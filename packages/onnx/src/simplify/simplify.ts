/** @file Rewrites that leave the function as it is and make it and its gradient cheaper. */
import { pruneNodes } from '../build/prune.ts';
import { check } from '../ir/check.ts';
import type { Graph } from '../ir/graph.ts';
import { eliminateCommon } from './eliminate-common.ts';
import { eliminateTransposes } from './eliminate-transposes.ts';
import { enlargeByProducts } from './enlarge-by-products.ts';
import { fixReshapes } from './fix-reshapes.ts';
import { foldBatchNormalization } from './fold-batch-normalization.ts';
import { foldConstants } from './fold-constants.ts';
import { foldPads } from './fold-pads.ts';
import { joinProducts } from './join-products.ts';
import { pickFromCopies } from './pick-from-copies.ts';
import { reassociate } from './reassociate.ts';
import { removeNoOps } from './remove-no-ops.ts';
import { removePassThrough } from './remove-pass-through.ts';
import { shareWeights } from './share-weights.ts';
import { simplifyDemodulation } from './simplify-demodulation.ts';

type Pass = (graph: Graph) => Graph;

/** Cheap ones first: each makes the next one's patterns plain. */
const PASSES: readonly Pass[] = [
  removePassThrough,
  foldConstants,
  fixReshapes,
  pruneNodes,
  removeNoOps,
  pickFromCopies,
  eliminateCommon,
  eliminateTransposes,
  simplifyDemodulation,
  shareWeights,
  foldPads,
  enlargeByProducts,
  foldBatchNormalization,
  joinProducts,
  reassociate,
  pruneNodes,
];

/** One pass may open the way for another; real graphs settle after two or three rounds. */
const MAX_ROUNDS = 6;

/**
 * The same function with less to do: constants folded, equal parts computed once, unused ones left out, Transposes cancelled,
 * BatchNormalization folded into Conv and Gemm, modulated convolutions over shared weights. Inputs and outputs keep names and types.
 * Folded weights have new names: to differentiate by weights, do not simplify first.
 */
export function simplify(graph: Graph): Graph {
  let current = graph;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const before = current;
    for (const pass of PASSES) current = pass(current);
    check(current);
    if (hasSameNodes(before, current)) break;
  }
  return current;
}

function hasSameNodes(a: Graph, b: Graph): boolean {
  return a.nodes.length === b.nodes.length && a.nodes.every((node, at) => node === b.nodes[at]);
}
