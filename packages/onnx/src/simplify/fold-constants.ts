/**
 * @file Constant folding: nodes of constants become constants, and shape arithmetic that inference follows becomes numbers.
 *
 * onnxruntime folds too, but after differentiation; a rule that finds its weight constant builds a cheaper gradient. The output is
 * bounded: a node that would blow a small constant up (Expand, Tile, ConstantOfShape) stays.
 */
import { evaluateNode } from '../evaluate/evaluate-node.ts';
import { TypeTable } from '../infer/infer-node.ts';
import { elementCount, type Dim } from '../ir/dim.ts';
import { graph, type Graph, type Node, type ValueType } from '../ir/graph.ts';
import { tensorFrom, type Tensor } from '../ir/tensor.ts';

export interface FoldOptions {
  /** Outputs up to this many elements are always folded; larger ones only when no larger than the largest input. @default 65536 */
  readonly maxGrownElements?: number;
  /** Outputs beyond this many elements never are. @default 67108864 */
  readonly maxElements?: number;
}

/** The graph with every node of constants computed. Nodes that give an output of the graph stay. */
export function foldConstants(source: Graph, options: FoldOptions = {}): Graph {
  const { maxGrownElements = 2 ** 16, maxElements = 2 ** 26 } = options;
  const outputs = new Set(source.outputs.map((o) => o.name));
  const initialisers = new Map(source.initialisers);
  const table = new TypeTable(source.opset);
  for (const input of source.inputs) table.types.set(input.name, input.type);
  for (const [name, value] of initialisers) table.addConstant(name, value);
  const nodes: Node[] = [];
  for (const node of source.nodes) {
    const types = table.addNode(node);
    const values = node.outputs.some((name) => outputs.has(name))
      ? undefined
      : (knownNumbers(table, node, types) ??
        (isBounded(table, node, types, { maxGrownElements, maxElements })
          ? evaluateNode(table.context(node), types)
          : undefined));
    if (!values) {
      nodes.push(node);
      continue;
    }
    node.outputs.forEach((name, at) => {
      const value = values[at];
      if (name === '' || !value) return;
      initialisers.set(name, value);
      table.addConstant(name, value);
    });
  }
  return graph({ ...source, initialisers, nodes });
}

/** What shape arithmetic says of an integer output, where every element is a number. */
function knownNumbers(
  table: TypeTable,
  node: Node,
  types: readonly ValueType[],
): readonly Tensor[] | undefined {
  const name = node.outputs[0] ?? '';
  const type = types[0];
  const values = table.knownInts(name)?.values;
  if (!type || node.outputs.length !== 1 || !values || !areNumbers(values)) return undefined;
  const dims = type.shape.filter((d) => typeof d === 'number');
  if (dims.length < type.shape.length || elementCount(dims) !== values.length) return undefined;
  return [tensorFrom(type.dtype, values, dims)];
}

function areNumbers(values: readonly Dim[]): values is readonly number[] {
  return values.every((value) => typeof value === 'number');
}

function isBounded(
  table: TypeTable,
  node: Node,
  types: readonly ValueType[],
  { maxGrownElements, maxElements }: Required<FoldOptions>,
): boolean {
  const largest = Math.max(
    maxGrownElements,
    ...node.inputs.map((name) => table.constant(name)?.data.length ?? 0),
  );
  return types.every(({ shape }) => {
    const count = elementCount(shape);
    return count !== undefined && count <= Math.min(largest, maxElements);
  });
}
