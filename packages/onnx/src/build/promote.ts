/** @file Turns weights into inputs, for training. */
import { GraphError } from '../errors.ts';
import { check } from '../ir/check.ts';
import { graph, valueInfo, valueType, type Graph } from '../ir/graph.ts';
import type { Tensor } from '../ir/tensor.ts';

/**
 * The graph with the named initialisers as inputs, after its other inputs, in the order given. Their values are in the old graph.
 * @throws GraphError for a name that is no initialiser.
 */
export function promote(source: Graph, names: readonly string[]): Graph {
  const infos = names.map((name) => {
    const value = source.initialisers.get(name);
    if (!value)
      throw new GraphError(`Graph '${source.name}': it has no initialiser '${name}' to promote.`);
    return valueInfo(name, valueType(value.dtype, value.dims));
  });
  const chosen = new Set(names);
  const initialisers = new Map([...source.initialisers].filter(([name]) => !chosen.has(name)));
  return check(graph({ ...source, inputs: [...source.inputs, ...infos], initialisers }));
}

/** The inverse: the graph with the named inputs fixed to these values. */
export function bind(source: Graph, values: Readonly<Record<string, Tensor>>): Graph {
  const unknown = Object.keys(values).find((name) => !source.inputs.some((i) => i.name === name));
  if (unknown !== undefined)
    throw new GraphError(`Graph '${source.name}': it has no input '${unknown}' to bind.`);
  const inputs = source.inputs.filter((i) => !(i.name in values));
  return check(
    graph({
      ...source,
      inputs,
      initialisers: new Map([...source.initialisers, ...Object.entries(values)]),
    }),
  );
}
