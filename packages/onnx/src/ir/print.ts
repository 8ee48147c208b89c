/** @file A graph as stable text: one line per node, with name, dtype and shape. */
import { hasInference, TypeTable } from '../infer/infer-node.ts';
import { OnnxError } from '../errors.ts';
import type { Attribute } from './attribute.ts';
import { formatType, operatorName, type Graph, type Node, type ValueInfo } from './graph.ts';
import { tensorNumbers, type Tensor } from './tensor.ts';

const MAX_SHOWN = 8;

/** The graph as text, for logs, errors and tests. Never throws: types that cannot be inferred are shown as `?`. */
export function print(graph: Graph): string {
  const table = new TypeTable(graph.opset);
  for (const input of graph.inputs) table.types.set(input.name, input.type);
  for (const [name, value] of graph.initialisers) table.addConstant(name, value);
  const lines = [
    `${graph.name}(${graph.inputs.map(formatInfo).join(', ')}) opset ${graph.opset}`,
    ...[...graph.initialisers].map(([name, value]) => `  ${name} = ${formatTensor(value)}`),
    ...graph.nodes.map((node) => `  ${formatNode(node, table)}`),
    `  -> ${graph.outputs.map(formatInfo).join(', ')}`,
  ];
  return lines.join('\n');
}

/** One node as text, with the types of `table` after inferring it. */
function formatNode(node: Node, table: TypeTable): string {
  let known = hasInference(node);
  if (known) {
    try {
      table.addNode(node);
    } catch (error) {
      if (!(error instanceof OnnxError)) throw error;
      known = false;
    }
  }
  const outputs = node.outputs.map((name) => {
    const type = known ? table.types.get(name) : undefined;
    return `${name || '_'}: ${type ? formatType(type) : '?'}`;
  });
  const attributes = Object.entries(node.attributes).map(
    ([name, value]) => `${name}=${formatAttribute(value)}`,
  );
  const suffix = attributes.length > 0 ? ` {${attributes.join(', ')}}` : '';
  return `${outputs.join(', ')} = ${operatorName(node)}(${node.inputs.map((i) => i || '_').join(', ')})${suffix}`;
}

function formatInfo(info: ValueInfo): string {
  return `${info.name}: ${formatType(info.type)}`;
}

function formatAttribute(attribute: Attribute): string {
  if (attribute.kind === 'tensor') return formatTensor(attribute.value);
  return Array.isArray(attribute.value)
    ? `[${attribute.value.join(', ')}]`
    : String(attribute.value);
}

function formatTensor(tensor: Tensor): string {
  const type = `${tensor.dtype}[${tensor.dims.join(', ')}]`;
  if (tensor.data.length > MAX_SHOWN) return type;
  const values = tensorNumbers(tensor).map((v) =>
    String(Number.isInteger(v) ? v : Number(v.toPrecision(7))),
  );
  return `${type} {${values.join(', ')}}`;
}
