/** @file A graph to ONNX bytes, the same bytes for the same graph. */
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import type { Attribute } from '../ir/attribute.ts';
import { dtypeCode } from '../ir/dtype.ts';
import type { Graph, Node, ValueInfo } from '../ir/graph.ts';
import type { Tensor } from '../ir/tensor.ts';
import {
  ModelProtoSchema,
  type AttributeProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from '../proto/onnx_pb.ts';
import { ATTRIBUTE_CODES } from './attribute-codes.ts';

/** Writes the graph as an ONNX model. Metadata keys are sorted; nothing of the time or machine goes in. */
export function encodeModel(graph: Graph): Uint8Array {
  const domains = [...new Set(graph.nodes.map((n) => n.domain).filter((d) => d !== ''))].toSorted();
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion(graph.opset)),
    producerName: 'colloid',
    graph: {
      name: graph.name,
      node: graph.nodes.map(encodeNode),
      initializer: [...graph.initialisers].map(([name, tensor]) => encodeTensor(name, tensor)),
      input: graph.inputs.map(encodeInfo),
      output: graph.outputs.map(encodeInfo),
    },
    opsetImport: [
      { domain: '', version: BigInt(graph.opset) },
      ...domains.map((domain) => ({ domain, version: 1n })),
    ],
    metadataProps: Object.keys(graph.metadata)
      .toSorted()
      .map((key) => ({ key, value: graph.metadata[key] as string })),
  });
  return toBinary(ModelProtoSchema, model);
}

/** The IR version that came with an opset. */
function irVersion(opset: number): number {
  if (opset <= 14) return 7;
  if (opset <= 18) return 8;
  return opset <= 20 ? 9 : 10;
}

function encodeNode(node: Node): MessageInitShape<typeof NodeProtoSchema> {
  return {
    name: node.name,
    opType: node.opType,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, attribute]) =>
      encodeAttribute(name, attribute),
    ),
    ...(node.domain === '' ? {} : { domain: node.domain }),
  };
}

function encodeAttribute(
  name: string,
  attribute: Attribute,
): MessageInitShape<typeof AttributeProtoSchema> {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const head = { name, type: ATTRIBUTE_CODES[attribute.kind] };
  switch (attribute.kind) {
    case 'int':
      return { ...head, i: BigInt(attribute.value) };
    case 'float':
      return { ...head, f: attribute.value };
    case 'string':
      return { ...head, s: text(attribute.value) };
    case 'tensor':
      return { ...head, t: encodeTensor('', attribute.value) };
    case 'ints':
      return { ...head, ints: attribute.value.map(BigInt) };
    case 'floats':
      return { ...head, floats: [...attribute.value] };
    case 'strings':
      return { ...head, strings: attribute.value.map(text) };
  }
}

function encodeTensor(
  name: string,
  { dtype, dims, data }: Tensor,
): MessageInitShape<typeof TensorProtoSchema> {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dataType: dtypeCode(dtype), dims: dims.map(BigInt), rawData };
}

function encodeInfo({ name, type }: ValueInfo): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = type.shape.map((d) =>
    typeof d === 'number' ? { dimValue: BigInt(d) } : { dimParam: d },
  );
  return { name, type: { tensorType: { elemType: dtypeCode(type.dtype), shape: { dim } } } };
}
