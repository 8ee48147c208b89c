/** @file Puts one graph inside another. */
import { GraphError } from '../errors.ts';
import { sameShape, type Dim } from '../ir/dim.ts';
import { formatType, node, type Graph, type ValueType } from '../ir/graph.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { Value } from './core-builder.ts';

/**
 * Adds the nodes of `graph` to `builder`, its inputs fed by `feeds`, every name as `prefix/name`.
 * Both must have the same opset. Returns the graph's outputs by name.
 */
export function inline(
  builder: GraphBuilder,
  graph: Graph,
  feeds: Readonly<Record<string, Value>>,
  prefix: string,
): Readonly<Record<string, Value>> {
  if (graph.opset !== builder.opset)
    throw new GraphError(
      `Graph '${graph.name}': expected opset ${builder.opset} as its host has, got ${graph.opset}; build or export both with one opset.`,
    );
  const unknown = Object.keys(feeds).find((name) => !graph.inputs.some((i) => i.name === name));
  if (unknown !== undefined)
    throw new GraphError(
      `Graph '${graph.name}' has no input '${unknown}'; its inputs are ${graph.inputs.map((i) => i.name).join(', ')}.`,
    );
  const names = new Map<string, string>();
  for (const { name, type } of graph.inputs) {
    const feed = feeds[name];
    if (!feed) throw new GraphError(`Graph '${graph.name}': its input '${name}' is not fed.`);
    if (!accepts(type, feed))
      throw new GraphError(
        `Graph '${graph.name}': input '${name}' expects ${formatType(type)}, got ${formatType(feed)} from '${feed.name}'.`,
      );
    names.set(name, feed.name);
  }
  return builder.scope(prefix, () => {
    for (const [name, tensor] of graph.initialisers)
      names.set(name, builder.initialiser(name, tensor).name);
    const path = builder.path;
    for (const original of graph.nodes) {
      for (const output of original.outputs) if (output !== '') names.set(output, path + output);
      builder.addNode(
        node({
          ...original,
          name: path + original.name,
          inputs: original.inputs.map((i) => names.get(i) ?? ''),
          outputs: original.outputs.map((o) => names.get(o) ?? ''),
        }),
      );
    }
    return Object.fromEntries(
      graph.outputs.map(({ name }) => [name, builder.value(names.get(name) as string)]),
    );
  });
}

function accepts(type: ValueType, value: Value): boolean {
  if (type.dtype !== value.dtype || type.shape.length !== value.shape.length) return false;
  return (
    sameShape(type.shape, value.shape) ||
    type.shape.every(
      (d: Dim, at) =>
        typeof d === 'string' || typeof value.shape[at] === 'string' || d === value.shape[at],
    )
  );
}
