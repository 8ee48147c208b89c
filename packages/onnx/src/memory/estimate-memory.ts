/**
 * @file How much memory the values of a graph need: a walk in the graph's order that frees each value after its last reader, which is what
 * onnxruntime does when it runs sequentially without a memory pattern.
 */
import { GraphError } from '../errors.ts';
import { TypeTable } from '../infer/infer-node.ts';
import { elementCount } from '../ir/dim.ts';
import { dtypeSizeBytes } from '../ir/dtype.ts';
import { graph, valueInfo, type Graph, type Node } from '../ir/graph.ts';

export interface MemoryEstimate {
  /** Most bytes of values that are alive at once; weights are not counted. */
  readonly peakBytes: number;
  /** Bytes of forward values that gradient nodes read: what has to be kept between the passes. 0 where nothing depends on a cotangent. */
  readonly storedBytes: number;
}

/** Numbers for symbolic dimensions, by symbol. */
export type Sizes = Readonly<Record<string, number>>;

/** Operators that onnxruntime runs without a copy: their output is their input. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);

/** What the graph needs at these sizes; the backward part is what depends on `cotangents`. @throws GraphError for a symbol without a size */
export function estimateMemory(
  source: Graph,
  options: { readonly sizes: Sizes; readonly cotangents: readonly string[] },
): MemoryEstimate {
  const bytes = valueBytes(source, options.sizes);
  const owners = viewOwners(source);
  const own = (name: string): string => owners.get(name) ?? name;
  const size = (name: string): number => bytes.get(name) ?? 0;
  const last = new Map<string, Node>();
  for (const node of source.nodes) for (const input of node.inputs) last.set(own(input), node);
  const kept = new Set(source.outputs.map((o) => own(o.name)));
  const forward = forwardValues(source, options.cotangents);
  const stored = new Set<string>();
  const made = new Set<string>();
  let live = source.inputs.reduce((sum, input) => sum + size(input.name), 0);
  let peakBytes = live;
  for (const node of source.nodes) {
    const isForward = node.outputs.some((name) => forward.has(name));
    for (const name of node.outputs)
      if (name !== '' && own(name) === name) {
        live += size(name);
        made.add(name);
      }
    peakBytes = Math.max(peakBytes, live);
    for (const name of new Set(node.inputs.map(own))) {
      if (!isForward && made.has(name) && forward.has(name)) stored.add(name);
      if (last.get(name) === node && made.has(name) && !kept.has(name)) live -= size(name);
    }
  }
  return { peakBytes, storedBytes: [...stored].reduce((sum, name) => sum + size(name), 0) };
}

/** Bytes of everything that the nodes make, one value after another: what a run moves. @throws GraphError for a symbol without a size */
export function movedBytes(source: Graph, sizes: Sizes): number {
  const bytes = valueBytes(source, sizes);
  const owners = viewOwners(source);
  return source.nodes
    .flatMap((node) => node.outputs)
    .reduce((sum, name) => sum + (owners.has(name) ? 0 : (bytes.get(name) ?? 0)), 0);
}

/** What the outputs that carry no gradient are made of; everything else is there for the gradient. */
export function forwardValues(source: Graph, cotangents: readonly string[]): ReadonlySet<string> {
  const backward = dependents(source, cotangents);
  const primal = source.outputs.filter((o) => !backward.has(o.name));
  const all = primal.length === 0 || primal.length === source.outputs.length;
  const needed = new Set(primal.map((o) => o.name));
  for (const node of source.nodes.toReversed()) {
    const isForward = all
      ? !node.outputs.some((name) => backward.has(name))
      : node.outputs.some((name) => needed.has(name));
    if (isForward) for (const name of [...node.outputs, ...node.inputs]) needed.add(name);
  }
  return needed;
}

/** Values that depend on any of these, themselves included. */
export function dependents(source: Graph, names: readonly string[]): ReadonlySet<string> {
  const found = new Set(names);
  for (const node of source.nodes)
    if (node.inputs.some((input) => found.has(input)))
      for (const output of node.outputs) found.add(output);
  return found;
}

/** Bytes of every value that is no constant. */
export function valueBytes(source: Graph, sizes: Sizes): ReadonlyMap<string, number> {
  const fixed = graph({
    ...source,
    inputs: source.inputs.map(({ name, type }) =>
      valueInfo(name, {
        dtype: type.dtype,
        shape: type.shape.map((d) => (typeof d === 'string' ? (sizes[d] ?? d) : d)),
      }),
    ),
  });
  const table = new TypeTable(fixed.opset);
  for (const input of fixed.inputs) table.types.set(input.name, input.type);
  for (const [name, value] of fixed.initialisers) table.addConstant(name, value);
  for (const node of fixed.nodes) table.addNode(node);
  const result = new Map<string, number>();
  for (const [name, { dtype, shape }] of table.types) {
    if (fixed.initialisers.has(name)) continue;
    const count = elementCount(shape);
    if (count === undefined)
      throw new GraphError(
        `Graph '${source.name}': the size of '${name}' [${shape.join(', ')}] is not known; give every symbolic dimension a size.`,
      );
    result.set(name, count * dtypeSizeBytes(dtype));
  }
  return result;
}

/** For each value that shares another's memory, whose. */
function viewOwners(source: Graph): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { domain, opType, inputs, outputs } of source.nodes)
    if (domain === '' && VIEWS.has(opType)) {
      const from = inputs[0] as string;
      owners.set(outputs[0] as string, owners.get(from) ?? from);
    }
  return owners;
}
