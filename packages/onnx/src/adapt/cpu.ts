/** @file Forms of operators that onnxruntime's CPU provider runs faster. */
import { pruneNodes } from '../build/prune.ts';
import { check } from '../ir/check.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { Rewriter } from '../simplify/rewrite.ts';
import { foldScale } from './fold-scales.ts';
import { widenNarrow } from './narrow-convolution.ts';
import { Winograd, type WinogradOptions } from './winograd.ts';

/**
 * The same function to float32 rounding in operators that the CPU provider runs faster: factors per channel in the weights before them,
 * narrow convolutions at four positions at once, and 3x3 convolutions by Winograd's products. To be the last step, after
 * `differentiate`. Names and types of inputs and outputs stay.
 */
export function adaptForCpu(source: Graph, options: WinogradOptions = {}): Graph {
  const folded = convolutions(source, foldScale);
  const widened = convolutions(folded, widenNarrow);
  const rewriter = new Rewriter(widened);
  new Winograd(rewriter).apply(options);
  return finished(rewriter);
}

function convolutions(source: Graph, visit: (rewriter: Rewriter, node: Node) => void): Graph {
  const rewriter = new Rewriter(source);
  for (const node of source.nodes)
    if (node.domain === '' && node.opType === 'Conv') visit(rewriter, node);
  return finished(rewriter);
}

function finished(rewriter: Rewriter): Graph {
  return rewriter.hasChanged ? check(pruneNodes(rewriter.finish())) : rewriter.source;
}
