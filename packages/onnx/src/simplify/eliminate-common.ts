/** @file Common subexpressions: nodes that compute the same of the same are one, and equal constants too. */
import type { Attribute } from '../ir/attribute.ts';
import { graph, node, type Graph, type Node } from '../ir/graph.ts';
import type { Tensor } from '../ir/tensor.ts';

/** Operators that give something else each time. */
const RANDOM = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Multinomial',
  'Bernoulli',
  'Dropout',
]);

/** The graph with each value computed once. A node that gives an output of the graph stays, others read it. */
export function eliminateCommon(source: Graph): Graph {
  const outputs = new Set(source.outputs.map((o) => o.name));
  const { initialisers, renames } = mergeConstants(source.initialisers, outputs);
  const known = new Map<string, Node>();
  const nodes: Node[] = [];
  for (const original of source.nodes) {
    const inputs = original.inputs.map((name) => renames.get(name) ?? name);
    const current = inputs.every((name, at) => name === original.inputs[at])
      ? original
      : node({ ...original, inputs });
    const key = keyOf(current);
    const first = key === undefined ? undefined : known.get(key);
    if (first && !current.outputs.some((name) => outputs.has(name))) {
      current.outputs.forEach((name, at) => renames.set(name, first.outputs[at] as string));
      continue;
    }
    if (key !== undefined && !first) known.set(key, current);
    nodes.push(current);
  }
  return graph({ ...source, initialisers, nodes });
}

/** Which outputs are there belongs to the key: an absent one cannot stand for one that is read. */
function keyOf({ domain, opType, inputs, outputs, attributes }: Node): string | undefined {
  if (domain !== '' || RANDOM.has(opType)) return undefined;
  const texts = Object.entries(attributes).map(([name, value]) => attributeKey(name, value));
  if (texts.includes(undefined)) return undefined;
  return JSON.stringify([opType, inputs, outputs.map((name) => name !== ''), texts]);
}

function attributeKey(name: string, { kind, value }: Attribute): string | undefined {
  return kind === 'tensor' ? undefined : JSON.stringify([name, kind, value]);
}

function mergeConstants(
  source: ReadonlyMap<string, Tensor>,
  outputs: ReadonlySet<string>,
): { readonly initialisers: Map<string, Tensor>; readonly renames: Map<string, string> } {
  const initialisers = new Map<string, Tensor>();
  const renames = new Map<string, string>();
  const byContent = new Map<string, { readonly name: string; readonly value: Tensor }[]>();
  for (const [name, value] of source) {
    const key = `${value.dtype}[${value.dims.join()}]${checksum(value)}`;
    const candidates = byContent.get(key) ?? [];
    const same = candidates.find((candidate) => haveSameBytes(candidate.value, value));
    if (same && !outputs.has(name)) {
      renames.set(name, same.name);
      continue;
    }
    initialisers.set(name, value);
    byContent.set(key, [...candidates, { name, value }]);
  }
  return { initialisers, renames };
}

const MAX_SAMPLED_BYTES = 256;

/** Of a sample of the bytes: equal tensors have equal ones, and the rest is compared byte by byte. */
function checksum({ data }: Tensor): number {
  const bytes = bytesOf(data);
  const step = Math.max(1, Math.floor(bytes.length / MAX_SAMPLED_BYTES));
  let sum = 0;
  for (let at = 0; at < bytes.length; at += step) sum = (Math.imul(sum, 31) + bytes[at]!) | 0;
  return sum;
}

function haveSameBytes(a: Tensor, b: Tensor): boolean {
  return a.data === b.data || Buffer.compare(bytesOf(a.data), bytesOf(b.data)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Tensor['data']): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
