/** @file A graph to ONNX bytes, the same bytes for the same graph. */
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Attribute } from '../ir/attribute.ts';
import { dtypeCode } from '../ir/dtype.ts';
import type { Graph, Node, ValueInfo } from '../ir/graph.ts';
import type { Tensor } from '../ir/tensor.ts';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProtoSchema,
  type AttributeProtoSchema,
  type NodeProtoSchema,
  type ValueInfoProtoSchema,
} from '../proto/onnx_pb.ts';
import { ATTRIBUTE_CODES } from './attribute-codes.ts';

/** Writes the graph as an ONNX model. Metadata keys are sorted; nothing of the time or machine goes in. */
export function encodeModel(graph: Graph): Uint8Array {
  return joined(encodeModelParts(graph));
}

/**
 * The bytes of `encodeModel` in parts, to be written one after another. Weights among them are views of the graph's own arrays, so that
 * this takes no memory beside the graph; do not write to them.
 */
export function encodeModelParts(graph: Graph): readonly Uint8Array[] {
  return modelParts(graph, inside);
}

/** The message of one initialiser, in parts. */
export type EncodeInitialiser = (name: string, tensor: Tensor) => readonly Uint8Array[];

/** Raw data is the last of the fields that are there. */
export const inside: EncodeInitialiser = (name, tensor) => {
  const { rawData, ...facts } = encodeTensor(name, tensor);
  const { number } = TensorProtoSchema.field.rawData;
  return [writeTensor(facts), prefix(number, rawData.byteLength), rawData];
};

/** Fields in the order of their numbers, which is the order that the library writes a whole message in. */
export function modelParts(graph: Graph, initialiser: EncodeInitialiser): readonly Uint8Array[] {
  const domains = [...new Set(graph.nodes.map((n) => n.domain).filter((d) => d !== ''))].toSorted();
  const write = (message: MessageInitShape<typeof ModelProtoSchema>): Uint8Array =>
    toBinary(ModelProtoSchema, create(ModelProtoSchema, message));
  const body = graphParts(graph, initialiser);
  return [
    write({ irVersion: BigInt(irVersion(graph.opset)), producerName: 'colloid' }),
    prefix(ModelProtoSchema.field.graph.number, sizeOf(body)),
    ...body,
    write({
      opsetImport: [
        { domain: '', version: BigInt(graph.opset) },
        ...domains.map((domain) => ({ domain, version: 1n })),
      ],
      metadataProps: Object.keys(graph.metadata)
        .toSorted()
        .map((key) => ({ key, value: graph.metadata[key] as string })),
    }),
  ];
}

function graphParts(graph: Graph, initialiser: EncodeInitialiser): readonly Uint8Array[] {
  const { number } = GraphProtoSchema.field.initializer;
  const write = (message: MessageInitShape<typeof GraphProtoSchema>): Uint8Array =>
    toBinary(GraphProtoSchema, create(GraphProtoSchema, message));
  const parts = [write({ name: graph.name, node: graph.nodes.map(encodeNode) })];
  for (const [name, tensor] of graph.initialisers) {
    const own = initialiser(name, tensor);
    parts.push(prefix(number, sizeOf(own)), ...own);
  }
  parts.push(write({ input: graph.inputs.map(encodeInfo), output: graph.outputs.map(encodeInfo) }));
  return parts;
}

export function writeTensor(message: MessageInitShape<typeof TensorProtoSchema>): Uint8Array {
  return toBinary(TensorProtoSchema, create(TensorProtoSchema, message));
}

/** What stands before a field of so many bytes. */
export function prefix(field: number, size: number): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(size).finish();
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(sizeOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

export function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
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

export function encodeTensor(name: string, { dtype, dims, data }: Tensor): EncodedTensor {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dataType: dtypeCode(dtype), dims: dims.map(BigInt), rawData };
}

interface EncodedTensor {
  readonly name: string;
  readonly dataType: number;
  readonly dims: bigint[];
  /** A view of the tensor's own array. */
  readonly rawData: Uint8Array;
}

function encodeInfo({ name, type }: ValueInfo): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = type.shape.map((d) =>
    typeof d === 'number' ? { dimValue: BigInt(d) } : { dimParam: d },
  );
  return { name, type: { tensorType: { elemType: dtypeCode(type.dtype), shape: { dim } } } };
}
