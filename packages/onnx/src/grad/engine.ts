/** @file Reverse-mode differentiation of a graph into a graph. */
import type { Value } from '../build/core-builder.ts';
import { GraphBuilder } from '../build/graph-builder.ts';
import {
  GradientError,
  isOnnxError,
  UnsupportedOperatorError,
  type UnsupportedOperator,
} from '../errors.ts';
import { checkStructure } from '../ir/check.ts';
import { formatShape, type Dim } from '../ir/dim.ts';
import { isFloat } from '../ir/dtype.ts';
import { operatorName, type Graph, type Node } from '../ir/graph.ts';
import { findActivity, findCuts } from './activity.ts';
import { gradientOf } from './registry.ts';
import { reshapeTo, VjpContext, zerosLike, type Gradients } from './rule.ts';

export interface DifferentiatedOutput {
  /** An output of the graph, or any float value in it. */
  readonly name: string;
  /** 'input': the cotangent is a new input `<name>_cotangent`; 'ones': it is all ones, the gradient of the sum. @default 'input' */
  readonly seed?: 'input' | 'ones';
}

export interface DifferentiateOptions {
  readonly outputs: readonly DifferentiatedOutput[];
  /** Inputs, initialisers or inner values; each gives an output `<name><suffix>` with its type. */
  readonly withRespectTo: readonly string[];
  /** Whether the old outputs stay. @default true */
  readonly keepOutputs?: boolean;
  /** @default '_grad' */
  readonly suffix?: string;
}

/**
 * The graph that also computes the vector-Jacobian product: for each name x of `withRespectTo`, Σ over outputs of cotangentᵀ · ∂output/∂x.
 * A value that no output depends on gets zeros.
 *
 * @throws UnsupportedOperatorError listing every operator without a rule, before any work; GradientError for names and dtypes.
 */
export function differentiate(graph: Graph, options: DifferentiateOptions): Graph {
  const { keepOutputs = true, suffix = '_grad' } = options;
  const outputs = options.outputs.map((o) => o.name);
  const { active, nodes, problems } = findActivity(
    checkStructure(graph),
    outputs,
    options.withRespectTo,
  );
  if (problems.length > 0) throw new UnsupportedOperatorError(problems);
  const builder = GraphBuilder.from(graph, `${graph.name}_gradient`);
  for (const name of options.withRespectTo) assertFloat(builder, name, 'differentiate by it');
  const cotangents = seeds(builder, options.outputs);
  const producers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output): [string, Node] => [output, node])),
  );
  for (const node of nodes.toReversed()) {
    const received = node.outputs.map((output) => cotangents.get(output) ?? null);
    if (received.every((cotangent) => cotangent === null)) continue;
    const gradients = builder.scope(`${node.name}_Grad`, () =>
      pullBack({ node, builder, active, received, producers }),
    );
    gradients.forEach((gradient, at) => {
      if (gradient) accumulate(builder, cotangents, node.inputs[at] as string, gradient);
    });
  }
  if (keepOutputs) for (const { name } of graph.outputs) builder.output(name, builder.value(name));
  for (const name of options.withRespectTo)
    builder.output(name + suffix, cotangents.get(name) ?? zerosLike(builder, builder.value(name)));
  return builder.build();
}

/**
 * What stands in the way: each operator between the values and the outputs that has no gradient, which `differentiate` refuses; or, where
 * it would give nothing but zeros, the nodes that cut every way. Empty means ready.
 */
export function gradientStatus(
  graph: Graph,
  options: {
    readonly outputs?: readonly string[];
    readonly withRespectTo?: readonly string[];
  } = {},
): readonly UnsupportedOperator[] {
  const outputs = options.outputs ?? graph.outputs.map((o) => o.name);
  const sources =
    options.withRespectTo ?? graph.inputs.filter((i) => isFloat(i.type.dtype)).map((i) => i.name);
  const { problems } = findActivity(graph, outputs, sources);
  return problems.length > 0 ? problems : findCuts(graph, outputs, sources);
}

function assertFloat(builder: GraphBuilder, name: string, purpose: string): void {
  const type = builder.typeOf(name);
  if (!type) throw new GradientError(`There is no value '${name}' to ${purpose}.`);
  if (!isFloat(type.dtype))
    throw new GradientError(
      `'${name}' is ${type.dtype}: only float values have gradients, so one cannot ${purpose}.`,
    );
}

function seeds(
  builder: GraphBuilder,
  outputs: readonly DifferentiatedOutput[],
): Map<string, Value> {
  const cotangents = new Map<string, Value>();
  if (outputs.length === 0)
    throw new GradientError('Expected at least one output to differentiate, got none.');
  for (const { name, seed = 'input' } of outputs) {
    assertFloat(builder, name, 'differentiate it');
    if (cotangents.has(name)) throw new GradientError(`The output '${name}' is listed twice.`);
    const { dtype, shape } = builder.value(name);
    const ones = (): Value => {
      const one = builder.constant(1, { dtype });
      return shape.length === 0 ? one : builder.expand(one, builder.shapeOf(builder.value(name)));
    };
    cotangents.set(
      name,
      seed === 'ones' ? ones() : builder.input(`${name}_cotangent`, dtype, shape),
    );
  }
  return cotangents;
}

interface PullBack {
  readonly node: Node;
  readonly builder: GraphBuilder;
  readonly active: ReadonlySet<string>;
  readonly received: readonly (Value | null)[];
  readonly producers: ReadonlyMap<string, Node>;
}

/** Runs the node's rule and makes its results fit the inputs. */
function pullBack({ node, builder, active, received, producers }: PullBack): Gradients {
  const gradient = gradientOf(node, builder.opset);
  if (gradient?.state !== 'rule') return [];
  const needed = node.inputs.map(
    (input, at) =>
      active.has(input) &&
      !gradient.nonGradientInputs.includes(at) &&
      isFloat(builder.value(input).dtype),
  );
  if (!needed.includes(true)) return [];
  const context = new VjpContext({
    node,
    builder,
    cotangents: received,
    needed,
    producerOf: (name) => producers.get(name),
  });
  const results = run(context, gradient.vjp);
  if (results.slice(node.inputs.length).some((extra) => extra !== null))
    throw new GradientError(
      `${operatorName(node)} '${node.name}': its rule gave ${results.length} gradients for ${node.inputs.length} inputs.`,
      { node: node.name },
    );
  return results.map((result, at) => (result && needed[at] ? fit(context, result, at) : null));
}

function run(context: VjpContext, vjp: (c: VjpContext) => Gradients): Gradients {
  try {
    return vjp(context);
  } catch (cause) {
    if (!isOnnxError(cause)) throw cause;
    throw new GradientError(
      `The gradient of ${operatorName(context.node)} '${context.node.name}' cannot be built: ${cause.message}`,
      { node: context.node.name, cause },
    );
  }
}

/** Sums a gradient over the axes along which the input was broadcast, and asserts its type. */
function fit(context: VjpContext, gradient: Value, index: number): Value {
  const { b, node } = context;
  const target = context.x(index);
  const lead = gradient.shape.length - target.shape.length;
  const summed = gradient.shape.flatMap((d, axis) =>
    axis < lead || (target.shape[axis - lead] === 1 && d !== 1) ? [axis] : [],
  );
  let result = gradient;
  if (summed.length > 0) {
    const onlyLead = summed.length === lead;
    result = b.reduceSum(gradient, { axes: summed, keepDims: !onlyLead });
    if (!onlyLead && lead > 0)
      result = b.squeeze(
        result,
        Array.from({ length: lead }, (_, axis) => axis),
      );
  }
  if (result.dtype !== target.dtype || !isCompatible(result.shape, target.shape))
    throw new GradientError(
      `The gradient rule of ${operatorName(node)} '${node.name}' is wrong: for input ${index} expected ${target.dtype}${formatShape(target.shape)}, got ${result.dtype}${formatShape(result.shape)}.`,
      { node: node.name },
    );
  return sameText(result.shape, target.shape) ? result : reshapeTo(b, result, target);
}

function isCompatible(a: readonly Dim[], b: readonly Dim[]): boolean {
  return (
    a.length === b.length &&
    a.every((d, at) => d === b[at] || typeof d === 'string' || typeof b[at] === 'string')
  );
}

function sameText(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((d, at) => d === b[at]);
}

/** Adds with Add, never Sum: providers without Sum fall back to the CPU. */
function accumulate(
  builder: GraphBuilder,
  cotangents: Map<string, Value>,
  name: string,
  gradient: Value,
): void {
  const known = cotangents.get(name);
  cotangents.set(
    name,
    known ? builder.op('Add', [known, gradient], {}, { name: freshSum(builder, name) }) : gradient,
  );
}

function freshSum(builder: GraphBuilder, name: string): string {
  let label = `${name}_grad_sum`;
  for (let count = 1; builder.typeOf(label); count += 1) label = `${name}_grad_sum_${count}`;
  return label;
}
