/** @file Which nodes lie between the values differentiated by and the outputs: the only ones a gradient concerns. */
import type { UnsupportedOperator } from '../errors.ts';
import { operatorName, type Graph, type Node } from '../ir/graph.ts';
import { unsupportedReason } from '../infer/unsupported.ts';
import { gradientOf } from './registry.ts';

export interface Activity {
  /** Values that depend on a value of `withRespectTo` by a differentiable path. */
  readonly active: ReadonlySet<string>;
  /** Active nodes that an output needs, in the graph's order. */
  readonly nodes: readonly Node[];
  /** What has no gradient rule among them. */
  readonly problems: readonly UnsupportedOperator[];
}

/** Walks forward from `withRespectTo`, then back from `outputs`; needs no types, so it works on graphs with unknown operators. */
export function findActivity(
  graph: Graph,
  outputs: readonly string[],
  withRespectTo: readonly string[],
): Activity {
  const active = new Set(withRespectTo);
  const forward: Node[] = [];
  for (const node of graph.nodes) {
    const gradient = gradientOf(node, graph.opset);
    if (gradient?.state === 'nonDifferentiable') continue;
    const skipped = gradient?.state === 'rule' ? gradient.nonGradientInputs : [];
    if (!node.inputs.some((input, at) => active.has(input) && !skipped.includes(at))) continue;
    forward.push(node);
    for (const output of node.outputs) if (output !== '') active.add(output);
  }
  const needed = new Set(outputs);
  const nodes: Node[] = [];
  for (const node of forward.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    nodes.push(node);
    for (const input of node.inputs) if (active.has(input)) needed.add(input);
  }
  nodes.reverse();
  return { active, nodes, problems: nodes.flatMap((node) => problemOf(node, graph.opset)) };
}

/**
 * The nodes at which every way from the values to the outputs ends, such as a Round before the output; nothing where there is a
 * differentiable way, or no way at all.
 */
export function findCuts(
  graph: Graph,
  outputs: readonly string[],
  withRespectTo: readonly string[],
): readonly UnsupportedOperator[] {
  const { active, nodes } = findActivity(graph, outputs, withRespectTo);
  if (nodes.length > 0 || outputs.some((output) => active.has(output))) return [];
  const needed = new Set(outputs);
  const cuts: UnsupportedOperator[] = [];
  for (const node of graph.nodes.toReversed()) {
    // Above a cut everything has a gradient.
    if (!node.outputs.some((output) => needed.has(output) && !active.has(output))) continue;
    for (const input of node.inputs) needed.add(input);
    if (!node.inputs.some((input) => active.has(input))) continue;
    const gradient = gradientOf(node, graph.opset);
    const why =
      gradient?.state === 'nonDifferentiable'
        ? gradient.notes
        : 'Its input says only where or how large, and has no gradient.';
    cuts.push({
      operator: operatorName(node),
      node: node.name,
      reason: `${why} The output depends on the input through such nodes only, so that its gradient is zero; export the model without them.`,
    });
  }
  return cuts.toReversed();
}

function problemOf(node: Node, opset: number): readonly UnsupportedOperator[] {
  const gradient = gradientOf(node, opset);
  if (gradient?.state === 'rule') return [];
  const reason =
    gradient?.state === 'refused'
      ? gradient.reason
      : (unsupportedReason(node.opType, node.domain) ??
        `no gradient rule at opset ${opset}; add one (see OPS.md for what there is) or export the model with other operators.`);
  return [{ operator: operatorName(node), node: node.name, reason }];
}
