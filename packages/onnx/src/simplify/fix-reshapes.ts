/**
 * @file Gives Reshape and Expand a constant target wherever inference knows the shape: 0 copies a symbolic dimension, one -1 takes the rest.
 *
 * Exporters compute targets from Shape, Gather and Concat. With the target constant that arithmetic is dead, a chain of Reshapes is
 * one, and a gradient rule sees a fixed shape.
 */
import { elementCount, type Dim } from '../ir/dim.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { Rewriter } from './rewrite.ts';

/** The graph with constant targets, and with Reshape of Reshape joined. */
export function fixReshapes(source: Graph): Graph {
  const rewriter = new Rewriter(source);
  for (const node of source.nodes) {
    if (node.domain !== '') continue;
    if (node.opType === 'Reshape') fixReshape(rewriter, node);
    else if (node.opType === 'Expand') fixExpand(rewriter, node);
  }
  return rewriter.finish();
}

const SHAPERS = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/** The value that a chain of operators which only rename axes began with. */
export function beforeReshapes(rewriter: Rewriter, name: string): string {
  let current = name;
  for (;;) {
    const producer = rewriter.producer(current);
    if (!producer || !SHAPERS.has(producer.opType)) return current;
    current = producer.inputs[0] as string;
  }
}

function fixReshape(rewriter: Rewriter, node: Node): void {
  const [input, target] = node.inputs as readonly [string, string];
  const output = node.outputs[0] as string;
  const start = beforeReshapes(rewriter, input);
  const isFixed = rewriter.constant(target) !== undefined;
  if (isFixed && start === input) return;
  const from = rewriter.type(start)?.shape;
  const to = rewriter.type(output)?.shape;
  const dims = from && to && reshapeTarget(from, to);
  if (!dims) return;
  const shape = rewriter.int64(`${node.name}/shape`, dims);
  rewriter.redirect(output, rewriter.add(`${node.name}/fixed`, 'Reshape', [start, shape]));
}

/** Target numbers for a Reshape, undefined when more than one dimension would be left to -1. */
export function reshapeTarget(
  from: readonly Dim[],
  to: readonly Dim[],
): readonly number[] | undefined {
  if (elementCount(from) === 0 || to.includes(0)) return undefined;
  let free = 0;
  const dims = to.map((d, axis) => {
    if (typeof d === 'number') return d;
    if (d === from[axis]) return 0;
    free += 1;
    return -1;
  });
  return free <= 1 ? dims : undefined;
}

function fixExpand(rewriter: Rewriter, node: Node): void {
  const [input, target] = node.inputs as readonly [string, string];
  const output = node.outputs[0] as string;
  if (rewriter.constant(target) !== undefined) return;
  const from = rewriter.type(input)?.shape;
  const to = rewriter.type(output)?.shape;
  if (!from || !to) return;
  const lead = to.length - from.length;
  const dims = to.map((d, axis) => (typeof d === 'number' ? d : d === from[axis - lead] ? 1 : -1));
  if (dims.includes(-1)) return;
  const shape = rewriter.int64(`${node.name}/shape`, dims);
  rewriter.redirect(output, rewriter.add(`${node.name}/fixed`, 'Expand', [input, shape]));
}
