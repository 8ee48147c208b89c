/** @file Forms of operators that onnxruntime's CPU provider runs faster. */
import { pruneNodes } from '../build/prune.ts';
import { check } from '../ir/check.ts';
import type { Graph } from '../ir/graph.ts';
import { Rewriter } from '../simplify/rewrite.ts';
import { Winograd, type WinogradOptions } from './winograd.ts';

/**
 * The same function to float32 rounding in operators that the CPU provider runs faster: 3x3 convolutions by Winograd's products. To be
 * the last step, after `differentiate`. Names and types of inputs and outputs stay.
 */
export function adaptForCpu(source: Graph, options: WinogradOptions = {}): Graph {
  const rewriter = new Rewriter(source);
  new Winograd(rewriter).apply(options);
  return rewriter.hasChanged ? check(pruneNodes(rewriter.finish())) : source;
}
