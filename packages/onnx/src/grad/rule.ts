/** @file What a gradient rule is, and what it sees. */
import type { GraphBuilder } from '../build/graph-builder.ts';
import type { Value } from '../build/core-builder.ts';
import { InferContext } from '../infer/context.ts';
import { elementCount, type Dim } from '../ir/dim.ts';
import { MAX_OPSET, MIN_OPSET, type Node } from '../ir/graph.ts';

/** The gradient of each input, `null` for zero; a shorter list leaves the rest zero. */
export type Gradients = readonly (Value | null)[];

export type OpsetRange = readonly [first: number, last: number];

/** How an operator is differentiated. Three states; an operator without any is an error before work begins. */
export type OperatorGradient = {
  readonly domain: string;
  readonly op: string;
  readonly opsets: OpsetRange;
  /** One sentence for OPS.md: formulation, subgradient at kinks, limits. */
  readonly notes: string;
} & (
  | {
      readonly state: 'rule';
      readonly nonGradientInputs: readonly number[];
      readonly vjp: (c: VjpContext) => Gradients;
    }
  | { readonly state: 'nonDifferentiable' }
  | { readonly state: 'refused'; readonly reason: string }
);

const ALL_OPSETS: OpsetRange = [MIN_OPSET, MAX_OPSET];

interface RuleOptions {
  readonly opsets?: OpsetRange;
  /** Inputs that never get a gradient (shapes, indices, axes). */
  readonly nonGradientInputs?: readonly number[];
}

/** A vector-Jacobian product for an operator of the standard domain. */
export function rule(
  op: string,
  notes: string,
  vjp: (c: VjpContext) => Gradients,
  options: RuleOptions = {},
): OperatorGradient {
  return Object.freeze({
    domain: '',
    op,
    opsets: options.opsets ?? ALL_OPSETS,
    notes,
    state: 'rule',
    nonGradientInputs: options.nonGradientInputs ?? [],
    vjp,
  });
}

/** Outputs are constant as far as gradients go: integers, conditions, or steps that are flat almost everywhere. */
export function nonDifferentiable(op: string, notes: string): OperatorGradient {
  return Object.freeze({
    domain: '',
    op,
    opsets: ALL_OPSETS,
    notes,
    state: 'nonDifferentiable',
  });
}

/** There is a gradient and Colloid does not give it, for this reason. */
export function refused(op: string, reason: string): OperatorGradient {
  return Object.freeze({
    domain: '',
    op,
    opsets: ALL_OPSETS,
    notes: reason,
    state: 'refused',
    reason,
  });
}

/** What the engine hands to a rule for one node. Everything of `InferContext` (shapes, attributes, constants) is there too. */
export class VjpContext extends InferContext {
  /** The builder of the gradient graph; new nodes are named under the node's own name. */
  readonly b: GraphBuilder;
  private readonly cotangents: readonly (Value | null)[];
  private readonly needed: readonly boolean[];
  private readonly producerOf: (name: string) => Node | undefined;

  constructor(options: {
    readonly node: Node;
    readonly builder: GraphBuilder;
    readonly cotangents: readonly (Value | null)[];
    readonly needed: readonly boolean[];
    readonly producerOf: (name: string) => Node | undefined;
  }) {
    const { builder } = options;
    super(options.node, builder.opset, builder.inferSource());
    this.b = builder;
    this.cotangents = options.cotangents;
    this.needed = options.needed;
    this.producerOf = options.producerOf;
  }

  /** Whether the gradient of this input is wanted; build nothing for the others. */
  needs(index: number): boolean {
    return this.needed[index] ?? false;
  }

  x(index: number): Value {
    return this.b.value(this.node.inputs[index] ?? '');
  }

  y(index = 0): Value {
    return this.b.value(this.node.outputs[index] ?? '');
  }

  /** The cotangent of the first output. Rules of one output may rely on it. */
  get dy(): Value {
    return this.cotangents[0] ?? this.fail('has no gradient at its first output');
  }

  dyAt(index: number): Value | null {
    return this.cotangents[index] ?? null;
  }

  /** `make()` when input `index` wants its gradient, else null. */
  when(index: number, make: () => Value | null): Value | null {
    return this.needs(index) ? make() : null;
  }

  /** `v` broadcast to the shape of input `index`, symbolic axes included. `v` has the rank of the input. */
  expandLike(v: Value, index: number): Value {
    const target = this.x(index);
    if (v.shape.every((d, axis) => d === target.shape[axis])) return v;
    const isFixed = target.shape.every((d, axis) => typeof d === 'number' || d === v.shape[axis]);
    return this.b.expand(
      v,
      isFixed ? target.shape.map((d) => (typeof d === 'number' ? d : 1)) : this.b.shapeOf(target),
    );
  }

  /** `v` with the shape of input `index`; the same elements in the same order. */
  reshapeLike(v: Value, index: number): Value {
    return reshapeTo(this.b, v, this.x(index));
  }

  /** Zeros with the type of input `index`. */
  zerosLike(index: number): Value {
    return zerosLike(this.b, this.x(index));
  }

  /** The shape as numbers. Fails when one is symbolic. */
  fixedShape(index: number): readonly number[] {
    const shape = this.shape(index);
    return elementCount(shape) === undefined
      ? this.fail(`its gradient needs a fixed shape for input ${index}, got [${shape.join(', ')}]`)
      : (shape as number[]);
  }

  /**
   * Whether onnxruntime likely holds input `index` in its blocked channel layout, so that a formulation which stays in it pays:
   * float32 with four axes, computed by a Conv with constant weights, possibly through operators that keep the layout.
   */
  isBlockedLayout(index: number): boolean {
    const { dtype, shape } = this.type(index);
    const channels = shape[1];
    if (
      dtype !== 'float32' ||
      shape.length !== 4 ||
      typeof channels !== 'number' ||
      channels % 4 !== 0
    )
      return false;
    let name = this.node.inputs[index] ?? '';
    for (let steps = 0; steps < MAX_LAYOUT_STEPS; steps += 1) {
      const producer = this.producerOf(name);
      if (!producer) return false;
      if (producer.opType === 'Conv') {
        const weight = producer.inputs[1] ?? '';
        return this.b.constantOf(this.b.value(weight)) !== undefined;
      }
      if (!LAYOUT_KEEPERS.has(producer.opType) || !this.hasOneShape(producer)) return false;
      name = producer.inputs[0] ?? '';
    }
    return false;
  }

  private hasOneShape(node: Node): boolean {
    if (!PAIRED.has(node.opType)) return true;
    const shapes = node.inputs.map((name) => this.b.value(name).shape.join());
    return new Set(shapes).size === 1;
  }
}

const MAX_LAYOUT_STEPS = 32;
/** Element-wise operators of two values that keep the layout when both have one shape. */
const PAIRED = new Set(['Add', 'Mul', 'Sum']);
const LAYOUT_KEEPERS = new Set([
  'Add',
  'Mul',
  'BatchNormalization',
  'Relu',
  'LeakyRelu',
  'PRelu',
  'Clip',
  'Sigmoid',
  'Tanh',
  'Sum',
  'AveragePool',
  'MaxPool',
]);

export function reshapeTo(b: GraphBuilder, v: Value, target: Value): Value {
  if (
    v.shape.length === target.shape.length &&
    v.shape.every((d, axis) => d === target.shape[axis])
  )
    return v;
  const dims = fixedTarget(v.shape, target.shape);
  return b.reshape(v, dims ?? b.shapeOf(target));
}

export function zerosLike(b: GraphBuilder, x: Value): Value {
  return b.expand(b.constant(0, { dtype: x.dtype }), b.shapeOf(x));
}

/** Reshape dims with at most one -1, symbolic dims at their old place copied; undefined when that cannot say it. */
function fixedTarget(from: readonly Dim[], to: readonly Dim[]): readonly number[] | undefined {
  let free = 0;
  const dims = to.map((d, axis) => {
    if (typeof d === 'number') return d;
    if (d === from[axis]) return 0;
    free += 1;
    return -1;
  });
  const hasZeroSize = to.includes(0) || from.includes(0);
  return free <= 1 && !hasZeroSize ? dims : undefined;
}
