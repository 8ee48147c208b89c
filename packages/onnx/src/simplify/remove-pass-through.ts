/** @file Takes out what only hands values on: Identity, Dropout in inference, and Constant nodes, which become initialisers. */
import { constantOf } from '../infer/infer-node.ts';
import { graph, node, type Graph, type Node } from '../ir/graph.ts';

/** The graph without Identity, one-output Dropout and Constant nodes. One that gives an output of the graph stays. */
export function removePassThrough(source: Graph): Graph {
  const outputs = new Set(source.outputs.map((o) => o.name));
  const initialisers = new Map(source.initialisers);
  const sources = new Map<string, string>();
  const nodes: Node[] = [];
  for (const original of source.nodes) {
    const inputs = original.inputs.map((name) => sources.get(name) ?? name);
    const output = original.outputs[0] ?? '';
    const value = isStandard(original, 'Constant') ? constantOf(original) : undefined;
    const isPlain =
      isStandard(original, 'Identity') ||
      (isStandard(original, 'Dropout') &&
        original.outputs.length === 1 &&
        original.inputs.length < 3);
    if (value && !outputs.has(output)) initialisers.set(output, value);
    else if (isPlain && !outputs.has(output)) sources.set(output, inputs[0] ?? '');
    else
      nodes.push(
        inputs.every((name, at) => name === original.inputs[at])
          ? original
          : node({ ...original, inputs }),
      );
  }
  return graph({ ...source, initialisers, nodes });
}

function isStandard(n: Node, opType: string): boolean {
  return n.domain === '' && n.opType === opType;
}
