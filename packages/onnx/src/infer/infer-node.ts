/** @file Infers one node at a time; the builder and the checker both use it. */
import { UnsupportedOperatorError } from '../errors.ts';
import { operatorName, type Node, type ValueType } from '../ir/graph.ts';
import { tensorFrom, tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { InferContext, type InferRule, type InferSource, type KnownInts } from './context.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { FOLD, FOLD_ALL } from './fold.ts';
import { NETWORK } from './network.ts';
import { REDUCE } from './reduce.ts';
import { SAMPLE } from './sample.ts';
import { SHAPE } from './shape.ts';
import { unsupportedReason } from './unsupported.ts';

const RULES = new Map<string, InferRule>(
  Object.entries({ ...ELEMENTWISE, ...SHAPE, ...REDUCE, ...NETWORK, ...SAMPLE }),
);

/** Longest tensor whose elements are followed through shape arithmetic. */
const MAX_KNOWN_ELEMENTS = 64;

/** Most axes of any value; shapes that grow with every node would fill the memory. */
const MAX_AXES = 64;

/** Operators of the standard domain whose output types are inferred. */
export function inferredOperators(): readonly string[] {
  return [...RULES.keys()].toSorted();
}

export function hasInference(node: Pick<Node, 'domain' | 'opType'>): boolean {
  return node.domain === '' && RULES.has(node.opType);
}

/** Types and known integers of values, filled node by node in topological order. */
export class TypeTable {
  readonly types = new Map<string, ValueType>();
  private readonly known = new Map<string, KnownInts>();
  private readonly constants = new Map<string, Tensor>();
  private readonly opset: number;
  readonly source: InferSource = {
    type: (name) => this.types.get(name),
    ints: (name) => this.known.get(name),
    constant: (name) => this.constants.get(name),
  };

  constructor(opset: number) {
    this.opset = opset;
  }

  addConstant(name: string, value: Tensor): void {
    this.types.set(name, Object.freeze({ dtype: value.dtype, shape: value.dims }));
    this.constants.set(name, value);
    if (value.data.length > MAX_KNOWN_ELEMENTS) return;
    const values = tensorNumbers(value);
    if (values.every(Number.isFinite)) this.known.set(name, { dims: value.dims, values });
  }

  constant(name: string): Tensor | undefined {
    return this.constants.get(name);
  }

  knownInts(name: string): KnownInts | undefined {
    return this.known.get(name);
  }

  context(node: Node): InferContext {
    return new InferContext(node, this.opset, this.source);
  }

  /** Infers the node's outputs and remembers them. @throws GraphError or UnsupportedOperatorError naming the node. */
  addNode(node: Node): readonly ValueType[] {
    const rule = node.domain === '' ? RULES.get(node.opType) : undefined;
    if (!rule)
      throw new UnsupportedOperatorError([
        {
          operator: operatorName(node),
          node: node.name,
          reason:
            unsupportedReason(node.opType, node.domain) ??
            'Colloid does not know its output types; express it by standard operators (see OPS.md).',
        },
      ]);
    const context = this.context(node);
    const types = rule(context);
    node.outputs.forEach((name, at) => {
      if (name === '') return;
      const type =
        types[at] ?? context.fail(`gives ${types.length} outputs, output ${at} was asked for`);
      if (type.shape.length > MAX_AXES)
        context.fail(`gives ${type.shape.length} axes, ${MAX_AXES} are the most`);
      this.types.set(name, type);
    });
    this.remember(node, context);
    return types;
  }

  private remember(node: Node, context: InferContext): void {
    const first = node.outputs[0] ?? '';
    const type = this.types.get(first);
    if (!type) return;
    if (node.opType === 'Constant') {
      const value = constantOf(node);
      if (value) this.addConstant(first, value);
      return;
    }
    const known = FOLD_ALL[node.opType]?.(context) ?? [FOLD[node.opType]?.(context)];
    known.forEach((elements, at) => {
      if (elements && elements.values.length <= MAX_KNOWN_ELEMENTS)
        this.known.set(node.outputs[at] ?? '', elements);
    });
  }
}

/** The tensor that a Constant node stands for. */
export function constantOf(node: Node): Tensor | undefined {
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.kind === 'tensor') return attribute.value;
    if (attribute.kind === 'int') return tensorFrom('int64', [attribute.value], []);
    if (attribute.kind === 'float') return tensorFrom('float32', [attribute.value], []);
    if (attribute.kind === 'ints') return tensorFrom('int64', attribute.value);
    if (attribute.kind === 'floats') return tensorFrom('float32', attribute.value);
  }
  return undefined;
}
