/** @file A float64 interpreter of small graphs, for operators that onnxruntime has no float64 of. */
import { evaluateNode } from '../evaluate/evaluate-node.ts';
import { TypeTable } from '../infer/infer-node.ts';
import type { Graph } from '../ir/graph.ts';
import type { Tensor } from '../ir/tensor.ts';
import type { OpenGraph } from './run.ts';

/** The graph as something that runs, in float64. @throws for an operator it does not know. */
export function openReference(graph: Graph): OpenGraph {
  return {
    run: (feeds) => Promise.resolve(evaluate(graph, feeds)),
    close: () => Promise.resolve(),
  };
}

function evaluate(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
): Readonly<Record<string, Tensor>> {
  const table = new TypeTable(graph.opset);
  for (const [name, value] of [...graph.initialisers, ...Object.entries(feeds)])
    table.addConstant(name, value);
  for (const node of graph.nodes) {
    const types = table.addNode(node);
    const values = evaluateNode(table.context(node), types);
    if (!values) throw new Error(`The reference interpreter has no ${node.opType}.`);
    node.outputs.forEach((name, at) => {
      const value = values[at];
      if (name !== '' && value) table.addConstant(name, value);
    });
  }
  return Object.fromEntries(
    graph.outputs.map(({ name }) => [name, table.constant(name) as Tensor]),
  );
}
