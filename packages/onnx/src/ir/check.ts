/** @file Checks a graph after every transform: names, order, opset, types. */
import { GraphError } from '../errors.ts';
import { TypeTable } from '../infer/infer-node.ts';
import { sameShape, type Dim } from './dim.ts';
import {
  formatType,
  MAX_OPSET,
  MIN_OPSET,
  operatorName,
  type Graph,
  type ValueType,
} from './graph.ts';

/** Checks names and order only: what can be said of a graph with operators that Colloid does not know. Returns the graph. */
export function checkStructure(graph: Graph): Graph {
  if (!Number.isInteger(graph.opset) || graph.opset < MIN_OPSET || graph.opset > MAX_OPSET)
    throw new GraphError(
      `Graph '${graph.name}': expected opset ${MIN_OPSET} to ${MAX_OPSET}, got ${graph.opset}; export it with one of them, or convert it by onnx.version_converter.convert_version.`,
    );
  const defined = new Set<string>();
  const define = (name: string, what: string): void => {
    if (name === '') throw new GraphError(`Graph '${graph.name}': ${what} has no name.`);
    if (defined.has(name))
      throw new GraphError(
        `Graph '${graph.name}': the value '${name}' is defined twice (again by ${what}).`,
      );
    defined.add(name);
  };
  for (const input of graph.inputs) define(input.name, 'an input');
  for (const name of graph.initialisers.keys()) define(name, 'an initialiser');
  for (const node of graph.nodes) {
    for (const input of node.inputs)
      if (input !== '' && !defined.has(input))
        throw new GraphError(
          `${operatorName(node)} '${node.name}': its input '${input}' is not defined before it.`,
          { node: node.name },
        );
    for (const output of node.outputs) if (output !== '') define(output, `node '${node.name}'`);
  }
  if (graph.outputs.length === 0) throw new GraphError(`Graph '${graph.name}': it has no output.`);
  const seen = new Set<string>();
  for (const { name } of graph.outputs) {
    if (!defined.has(name))
      throw new GraphError(`Graph '${graph.name}': the output '${name}' is not defined.`);
    if (seen.has(name))
      throw new GraphError(`Graph '${graph.name}': the output '${name}' is listed twice.`);
    seen.add(name);
  }
  return graph;
}

/** The types of all values. @throws GraphError or UnsupportedOperatorError naming the node. */
export function inferTypes(graph: Graph): ReadonlyMap<string, ValueType> {
  return typeTable(graph).types;
}

/** The types together with what is known of constants; for transforms inside this package. */
export function typeTable(graph: Graph): TypeTable {
  const table = new TypeTable(graph.opset);
  for (const input of graph.inputs) table.types.set(input.name, input.type);
  for (const [name, value] of graph.initialisers) table.addConstant(name, value);
  for (const node of graph.nodes) table.addNode(node);
  return table;
}

/** Checks everything: structure, and that every node's types fit and the outputs are what they are declared to be. Returns the graph. */
export function check(graph: Graph): Graph {
  const types = inferTypes(checkStructure(graph));
  for (const { name, type } of graph.outputs) {
    const found = types.get(name) as ValueType;
    if (found.dtype !== type.dtype || !compatible(found.shape, type.shape))
      throw new GraphError(
        `Graph '${graph.name}': output '${name}' is declared ${formatType(type)} and is ${formatType(found)}.`,
      );
  }
  return graph;
}

function compatible(a: readonly Dim[], b: readonly Dim[]): boolean {
  return (
    sameShape(a, b) ||
    (a.length === b.length &&
      a.every((d, at) => d === b[at] || typeof d === 'string' || typeof b[at] === 'string'))
  );
}
