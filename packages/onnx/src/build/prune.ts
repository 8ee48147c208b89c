/** @file Leaves out what no output needs. */
import { graph, type Graph, type Node } from '../ir/graph.ts';

/** The graph without nodes and initialisers that no output needs. Inputs stay, they are the graph's contract. */
export function pruneNodes(source: Graph): Graph {
  const needed = new Set(source.outputs.map((o) => o.name));
  const kept: Node[] = [];
  for (const node of source.nodes.toReversed()) {
    if (!node.outputs.some((o) => o !== '' && needed.has(o))) continue;
    kept.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  const initialisers = new Map([...source.initialisers].filter(([name]) => needed.has(name)));
  return graph({ ...source, initialisers, nodes: kept.toReversed() });
}
