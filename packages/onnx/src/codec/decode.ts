/** @file ONNX bytes to a graph. */
import { fromBinary } from '@bufbuild/protobuf';
import { ModelFormatError, ModelLimitError, UnsupportedOperatorError } from '../errors.ts';
import { unsupportedReason } from '../infer/unsupported.ts';
import type { Attribute } from '../ir/attribute.ts';
import { checkStructure, inferTypes } from '../ir/check.ts';
import type { Dim } from '../ir/dim.ts';
import { dtypeOfCode } from '../ir/dtype.ts';
import {
  graph,
  node,
  valueInfo,
  valueType,
  type Graph,
  type Node,
  type ValueInfo,
} from '../ir/graph.ts';
import { sortNodes } from '../ir/order.ts';
import type { Tensor } from '../ir/tensor.ts';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from '../proto/onnx_pb.ts';
import { ATTRIBUTE_CODES, GRAPH_CODES } from './attribute-codes.ts';
import { chooseBranches, type BranchBytes, type GraphParts } from './branches.ts';
import { decodeTensor, safeInteger } from './decode-tensor.ts';
import { rewriteLeftovers } from './leftovers.ts';
import { DEFAULT_LIMITS, type DecodeLimits } from './limits.ts';
import { scanModel } from './scan.ts';
import { rewriteTorchForms } from './torch-forms.ts';

/**
 * Reads an ONNX model. Names and order are checked; types are not inferred yet (`check` does), so that a model with unknown operators
 * can still be read and reported on. Nodes out of order are sorted. Never opens a file, whatever the model asks for.
 *
 * @throws ModelFormatError, ModelLimitError or GraphError.
 */
export function decodeModel(bytes: Uint8Array, limits: Partial<DecodeLimits> = {}): Graph {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  if (bytes.length > bounds.bytes) throw new ModelLimitError('bytes', bounds.bytes, bytes.length);
  const scanBranch = scanModel(bytes, bounds);
  const model = parse(bytes);
  if (!model.graph)
    throw new ModelFormatError(
      'The file holds no ONNX graph: it is empty, truncated, or not an ONNX model.',
    );
  if (model.functions.length > 0)
    throw new ModelFormatError(
      'The model defines functions of its own; inline them before export.',
    );
  const readBranch = (branch: Uint8Array): GraphProto => {
    scanBranch(branch);
    return parseBranch(branch);
  };
  return decodeGraph(model.graph, {
    opset: opsetOf(model),
    metadata: metadataOf(model),
    limits: bounds,
    readBranch,
  });
}

function parse(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw damaged(cause);
  }
}

/** One branch of an If. Its own branches stay bytes, so that depth is bounded where they are read. */
function parseBranch(bytes: Uint8Array): GraphProto {
  try {
    return fromBinary(GraphProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause: unknown): ModelFormatError {
  return new ModelFormatError('The file is not an ONNX model, or it is damaged or truncated.', {
    cause,
  });
}

function opsetOf(model: ModelProto): number {
  const standard = model.opsetImport.find((o) => isStandard(o.domain));
  if (!standard)
    throw new ModelFormatError(
      'The model does not say which opset of the standard operators it uses.',
    );
  return safeInteger(standard.version, 'opset_import');
}

function metadataOf(model: ModelProto): Record<string, string> {
  return Object.fromEntries(model.metadataProps.map((p) => [p.key, p.value]));
}

function isStandard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

interface GraphContext {
  readonly opset: number;
  readonly metadata: Graph['metadata'];
  readonly limits: DecodeLimits;
  readonly readBranch: (bytes: Uint8Array) => GraphProto;
}

function decodeGraph(
  proto: GraphProto,
  { opset, metadata, limits, readBranch }: GraphContext,
): Graph {
  const read = partsReader(limits);
  const parts = read(proto);
  const { initialisers } = parts;
  const inputs = proto.input
    .filter((i) => !initialisers.has(i.name))
    .map((i) => decodeInfo(i, limits) ?? missingShape(i.name));
  const flat = rewriteLeftovers(
    parts.branches.size === 0
      ? parts
      : chooseBranches({ parts, inputs, opset, read: (bytes) => read(readBranch(bytes)) }),
  );
  const given = new Set([...inputs.map((i) => i.name), ...flat.initialisers.keys()]);
  const { initialisers: constants, nodes } = rewriteTorchForms({
    opset,
    initialisers: flat.initialisers,
    nodes: sortNodes(flat.nodes, given),
    outputs: proto.output.map((o) => o.name),
  });
  const shared = {
    name: proto.name || 'graph',
    opset,
    inputs,
    initialisers: constants,
    nodes,
    metadata,
  };
  const outputs = proto.output.map((o) => ({ name: o.name, info: decodeInfo(o, limits) }));
  const known = outputs.flatMap(({ info }) => info ?? []);
  if (known.length === outputs.length) return checkStructure(graph({ ...shared, outputs: known }));
  return checkStructure(
    graph({ ...shared, outputs: inferOutputs(graph({ ...shared, outputs: known }), outputs) }),
  );
}

/** Reads graphs and counts what they hold together. */
function partsReader(limits: DecodeLimits): (proto: GraphProto) => GraphParts {
  let elements = 0;
  let count = 0;
  const counted = (tensor: Tensor): Tensor => {
    elements += tensor.data.length;
    if (elements > limits.elements)
      throw new ModelLimitError('elements', limits.elements, elements);
    return tensor;
  };
  return (proto) => {
    count += proto.node.length;
    if (count > limits.nodes) throw new ModelLimitError('nodes', limits.nodes, count);
    if (proto.sparseInitializer.length > 0)
      throw new ModelFormatError(
        'The model has sparse initialisers; export it with dense weights.',
      );
    const initialisers = new Map<string, Tensor>();
    for (const t of proto.initializer) {
      if (t.name === '') throw new ModelFormatError('An initialiser has no name.');
      if (initialisers.has(t.name))
        throw new ModelFormatError(`The initialiser '${t.name}' is defined twice.`);
      initialisers.set(t.name, counted(decodeTensor(t, 'Initialiser', limits)));
    }
    const branches = new Map<string, BranchBytes>();
    const nodes = nameNodes(proto.node).map((named) => {
      const pair = branchesOf(named.proto, named.name);
      if (pair) branches.set(named.name, pair);
      return decodeNode(named, (t, where) => counted(decodeTensor(t, where, limits)));
    });
    return { initialisers, nodes, branches, outputs: proto.output.map((o) => o.name) };
  };
}

/** The graphs of an If node. @throws UnsupportedOperatorError for other operators that have graphs inside. */
function branchesOf(proto: NodeProto, name: string): BranchBytes | undefined {
  const graphs = proto.attribute.filter((a) => GRAPH_CODES.includes(a.type));
  if (graphs.length === 0) return undefined;
  const [yes, no] = ['then_branch', 'else_branch'].map(
    (branch) => graphs.find((a) => a.name === branch)?.g,
  );
  if (isStandard(proto.domain) && proto.opType === 'If' && yes && no)
    return { whenTrue: yes, whenFalse: no };
  const reason =
    unsupportedReason(proto.opType === 'If' ? '' : proto.opType) ??
    'it holds a graph of its own, which is taken of If only (both branches); export the model without control flow';
  throw new UnsupportedOperatorError([{ operator: proto.opType, node: name, reason }]);
}

/** Types of outputs that are declared without a shape. */
function inferOutputs(
  partial: Graph,
  outputs: readonly { readonly name: string; readonly info: ValueInfo | undefined }[],
): readonly ValueInfo[] {
  const types = inferTypes(partial);
  return outputs.map(({ name, info }) => {
    const type = types.get(name);
    if (info) return info;
    if (!type) throw new ModelFormatError(`The output '${name}' is not defined by any node.`);
    return valueInfo(name, type);
  });
}

function missingShape(name: string): never {
  throw new ModelFormatError(
    `Input '${name}': expected a declared shape, got none; export the model with input shapes.`,
  );
}

function decodeInfo(proto: ValueInfoProto, limits: DecodeLimits): ValueInfo | undefined {
  const type = proto.type?.tensorType;
  if (!type && proto.type)
    throw new ModelFormatError(
      `Value '${proto.name}': expected a tensor, got a sequence, map, optional or sparse tensor.`,
    );
  if (!type) return undefined;
  const dtype = dtypeOfCode(type.elemType, `Value '${proto.name}'`);
  if (!type.shape) return undefined;
  if (type.shape.dim.length > limits.axes)
    throw new ModelLimitError('axes', limits.axes, type.shape.dim.length);
  const shape = type.shape.dim.map((d, axis): Dim => {
    if (d.dimParam !== '') return d.dimParam.replaceAll('*', '·');
    const size = safeInteger(d.dimValue, `Value '${proto.name}'`);
    return size > 0 ? size : `${proto.name}_dim${axis}`;
  });
  return valueInfo(proto.name, valueType(dtype, shape));
}

/** Nodes often have no name: give each a unique one, so that every message can name its node. */
function nameNodes(
  protos: readonly NodeProto[],
): readonly { readonly proto: NodeProto; readonly name: string }[] {
  const used = new Set<string>();
  return protos.map((proto, at) => {
    let name = proto.name || `${proto.opType}_${at}`;
    while (used.has(name)) name = `${name}_${at}`;
    used.add(name);
    return { proto, name };
  });
}

type ReadTensor = (proto: NonNullable<AttributeProto['t']>, where: string) => Tensor;

function decodeNode(
  { proto, name }: { readonly proto: NodeProto; readonly name: string },
  readTensor: ReadTensor,
): Node {
  if (proto.opType === '') throw new ModelFormatError(`Node '${name}' has no operator.`);
  const attributes: Record<string, Attribute> = {};
  const plain = proto.attribute.filter((a) => !GRAPH_CODES.includes(a.type));
  for (const attribute of plain.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    attributes[attribute.name] = Object.freeze(
      decodeAttribute(
        attribute,
        `${proto.opType} '${name}': attribute ${attribute.name}`,
        readTensor,
      ),
    );
  return node({
    name,
    domain: isStandard(proto.domain) ? '' : proto.domain,
    opType: proto.opType,
    inputs: proto.input,
    outputs: proto.output,
    attributes: Object.freeze(attributes),
  });
}

function decodeAttribute(proto: AttributeProto, where: string, readTensor: ReadTensor): Attribute {
  if (proto.refAttrName !== '')
    throw new ModelFormatError(`${where}: references to function attributes are not taken.`);
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  switch (proto.type) {
    case ATTRIBUTE_CODES.float:
      return { kind: 'float', value: proto.f };
    case ATTRIBUTE_CODES.int:
      return { kind: 'int', value: safeInteger(proto.i, where) };
    case ATTRIBUTE_CODES.string:
      return { kind: 'string', value: text(proto.s) };
    case ATTRIBUTE_CODES.tensor:
      if (!proto.t) throw new ModelFormatError(`${where}: the tensor is missing.`);
      return { kind: 'tensor', value: readTensor(proto.t, where) };
    case ATTRIBUTE_CODES.floats:
      return { kind: 'floats', value: Object.freeze([...proto.floats]) };
    case ATTRIBUTE_CODES.ints:
      return { kind: 'ints', value: Object.freeze(proto.ints.map((i) => safeInteger(i, where))) };
    case ATTRIBUTE_CODES.strings:
      return { kind: 'strings', value: Object.freeze(proto.strings.map(text)) };
    default:
      throw new ModelFormatError(
        `${where}: expected a number, text, tensor or list of those, got type ${proto.type}.`,
      );
  }
}
