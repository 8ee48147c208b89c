/** @file Forms of operators that onnxruntime's CPU provider runs faster. */
import { pruneNodes } from '../build/prune.ts';
import { check } from '../ir/check.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { Rewriter } from '../simplify/rewrite.ts';
import { foldScale } from './fold-scales.ts';
import { keepBlocks } from './keep-blocks.ts';
import { widenNarrow } from './narrow-convolution.ts';
import { Winograd, type WinogradOptions } from './winograd.ts';

/**
 * The same function to float32 rounding in operators that the CPU provider runs faster: factors per channel in the weights before them,
 * narrow convolutions at four positions at once, 3x3 convolutions by Winograd's products, and sums with what else is convolved in blocks of
 * channels. To be the last step, after `differentiate`. Names and types of inputs and outputs stay.
 */
export function adaptForCpu(source: Graph, options: WinogradOptions = {}): Graph {
  const folded = rewrite(source, 'Conv', foldScale);
  const widened = rewrite(folded, 'Conv', widenNarrow);
  const rewriter = new Rewriter(widened);
  new Winograd(rewriter).apply(options);
  // Products leave the blocks, so that what they give is added outside of them.
  return rewrite(finished(rewriter), 'Add', keepBlocks);
}

function rewrite(
  source: Graph,
  opType: string,
  visit: (rewriter: Rewriter, node: Node) => void,
): Graph {
  const rewriter = new Rewriter(source);
  for (const node of source.nodes)
    if (node.domain === '' && node.opType === opType) visit(rewriter, node);
  return finished(rewriter);
}

function finished(rewriter: Rewriter): Graph {
  return rewriter.hasChanged ? check(pruneNodes(rewriter.finish())) : rewriter.source;
}
