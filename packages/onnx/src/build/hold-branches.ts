/**
 * @file The function whose derivative at one point a gradient is, without its kinks: which side of each kink a value lies on is decided
 * at a held point and stays, while the input moves.
 *
 * A piecewise linear network has so many kinks that every finite step crosses some, and float32 rounds too much for smaller steps:
 * differences of the network itself cannot confirm its gradient to better than a few parts in a thousand. With the branches held the
 * function is smooth, has the same value and the same derivative at the held point, and takes steps of any size.
 */
import { GraphError } from '../errors.ts';
import type { Attribute } from '../ir/attribute.ts';
import { node, type Graph, type Node } from '../ir/graph.ts';
import type { Value } from './core-builder.ts';
import { GraphBuilder } from './graph-builder.ts';
import { pruneNodes } from './prune.ts';

/** Suffix of the input at which branches are decided. */
export const HELD_SUFFIX = '_held';

/**
 * The graph with a second input `<input>_held` of the same type: a row of the result is the network at `<input>`, on the branches that
 * the same row of `<input>_held` decides. Equal inputs give the outputs of the graph itself.
 *
 * Held: Relu, LeakyRelu, PRelu, ThresholdedRelu, Clip, HardSigmoid, HardSwish, Abs, Max, Min, MaxPool, and all comparisons, roundings and
 * indices of extremes. Other operators with kinks are left as they are.
 *
 * @throws GraphError when the graph has no such input
 */
export function holdBranches(graph: Graph, input: string): Graph {
  const info = graph.inputs.find(({ name }) => name === input);
  if (info === undefined)
    throw new GraphError(`Graph '${graph.name}' has no input '${input}' to be held.`);
  const b = new GraphBuilder({ name: `${graph.name} held`, opset: graph.opset });
  const copies: Copies = { b, moving: new Map(), held: new Map() };
  const same = (name: string, value: Value): void => {
    copies.moving.set(name, value);
    copies.held.set(name, value);
  };
  for (const { name, type } of graph.inputs) same(name, b.input(name, type.dtype, type.shape));
  copies.held.set(input, b.input(input + HELD_SUFFIX, info.type.dtype, info.type.shape));
  for (const [name, tensor] of graph.initialisers) same(name, b.initialiser(name, tensor));
  for (const each of graph.nodes) copyNode(copies, each);
  for (const { name } of graph.outputs) b.output(name, valueIn(copies.moving, name));
  return pruneNodes(b.build());
}

type Values = Map<string, Value>;

interface Copies {
  readonly b: GraphBuilder;
  /** Values on the way from the moving input, by their name in the graph; the same as held where they do not depend on it. */
  readonly moving: Values;
  readonly held: Values;
}

function copyNode({ b, moving, held }: Copies, each: Node): void {
  const isConstant = each.inputs.every((name) => moving.get(name) === held.get(name));
  if (isConstant) {
    add(b, each, moving, '').forEach((value, at) => {
      moving.set(each.outputs[at] ?? '', value);
      held.set(each.outputs[at] ?? '', value);
    });
    return;
  }
  const isPool = each.opType === 'MaxPool' && each.outputs.length === 1;
  const source = isPool ? node({ ...each, outputs: [...each.outputs, `${each.name}/at`] }) : each;
  const decided = add(b, source, held, 'held/');
  decided.forEach((value, at) => held.set(source.outputs[at] ?? '', value));
  if (DECISIONS.has(each.opType)) {
    decided.forEach((value, at) => moving.set(each.outputs[at] ?? '', value));
    return;
  }
  const hold = each.domain === '' ? HOLDS.get(each.opType) : undefined;
  if (hold === undefined) {
    add(b, each, moving, '').forEach((value, at) => moving.set(each.outputs[at] ?? '', value));
    return;
  }
  const result = b.scope(`${each.name}/hold`, () =>
    hold({
      b,
      node: each,
      x: each.inputs.map((name) => (name === '' ? undefined : valueIn(moving, name))),
      x0: each.inputs.map((name) => (name === '' ? undefined : valueIn(held, name))),
      y0: decided,
    }),
  );
  moving.set(each.outputs[0] ?? '', result);
}

function add(b: GraphBuilder, each: Node, values: Values, prefix: string): readonly Value[] {
  const made = node({
    ...each,
    name: prefix + each.name,
    inputs: each.inputs.map((name) => (name === '' ? '' : valueIn(values, name).name)),
    outputs: each.outputs.map((name) => (name === '' ? '' : prefix + name)),
  });
  return b.addNode(made);
}

function valueIn(values: Values, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new GraphError(`The value '${name}' is not defined.`);
  return value;
}

/** Outputs that do not move where they have a derivative at all. */
const DECISIONS: ReadonlySet<string> = new Set([
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'And',
  'Or',
  'Xor',
  'Not',
  'IsInf',
  'IsNaN',
  'ArgMax',
  'ArgMin',
  'Sign',
  'Floor',
  'Ceil',
  'Round',
]);

interface HoldContext {
  readonly b: GraphBuilder;
  readonly node: Node;
  /** Moving inputs; undefined where one is left out. */
  readonly x: readonly (Value | undefined)[];
  /** The same inputs at the held point. */
  readonly x0: readonly (Value | undefined)[];
  /** Outputs at the held point. */
  readonly y0: readonly Value[];
}

type Hold = (context: HoldContext) => Value;

const HOLDS: ReadonlyMap<string, Hold> = new Map<string, Hold>([
  ['Relu', (c) => c.b.where(c.b.greater(first(c.x0), 0), first(c.x), 0)],
  [
    'LeakyRelu',
    (c) =>
      c.b.where(
        c.b.greater(first(c.x0), 0),
        first(c.x),
        c.b.mul(first(c.x), float(c.node, 'alpha', 0.01)),
      ),
  ],
  [
    'PRelu',
    (c) => c.b.where(c.b.greater(first(c.x0), 0), first(c.x), c.b.mul(first(c.x), given(c.x[1]))),
  ],
  [
    'ThresholdedRelu',
    (c) => c.b.where(c.b.greater(first(c.x0), float(c.node, 'alpha', 1)), first(c.x), 0),
  ],
  ['Abs', (c) => c.b.mul(first(c.x), c.b.sign(first(c.x0)))],
  ['Clip', holdClip],
  ['HardSigmoid', (c) => hardSigmoid(c, float(c.node, 'alpha', 0.2), float(c.node, 'beta', 0.5))],
  ['HardSwish', (c) => c.b.mul(first(c.x), hardSigmoid(c, 1 / 6, 0.5))],
  ['Max', (c) => holdExtreme(c, (b, x, y) => b.greaterOrEqual(x, y))],
  ['Min', (c) => holdExtreme(c, (b, x, y) => b.lessOrEqual(x, y))],
  ['MaxPool', holdMaxPool],
]);

function holdClip({ b, x, x0 }: HoldContext): Value {
  let y = given(x[0]);
  const [at, low, high] = [given(x0[0]), x[1], x[2]];
  if (low !== undefined) y = b.where(b.less(at, given(x0[1])), low, y);
  if (high !== undefined) y = b.where(b.greater(at, given(x0[2])), high, y);
  return y;
}

function hardSigmoid(c: HoldContext, alpha: number, beta: number): Value {
  const { b } = c;
  const line = (x: Value): Value => b.add(b.mul(x, alpha), beta);
  const at = line(first(c.x0));
  const inside = b.where(b.less(at, 0), 0, line(first(c.x)));
  return b.where(b.greater(at, 1), 1, inside);
}

/** Of several inputs the one that is extreme at the held point, element by element. */
function holdExtreme(
  { b, x, x0 }: HoldContext,
  isFirst: (b: GraphBuilder, x: Value, y: Value) => Value,
): Value {
  let [y, at] = [given(x[0]), given(x0[0])];
  for (let i = 1; i < x.length; i += 1) {
    const [next, nextAt] = [given(x[i]), given(x0[i])];
    const stays = isFirst(b, at, nextAt);
    y = b.where(stays, y, next);
    at = b.where(stays, at, nextAt);
  }
  return y;
}

/** Takes what lies where the maximum of each window was; the indices count through the whole tensor. */
function holdMaxPool({ b, x, y0 }: HoldContext): Value {
  const flat = b.reshape(given(x[0]), [-1]);
  return b.gather(flat, given(y0[1]), 0);
}

function first(values: readonly (Value | undefined)[]): Value {
  return given(values[0]);
}

function given(value: Value | undefined): Value {
  if (value === undefined) throw new GraphError('An input that the operator needs is left out.');
  return value;
}

function float(each: Node, name: string, fallback: number): number {
  const attribute: Attribute | undefined = each.attributes[name];
  return attribute?.kind === 'float' ? attribute.value : fallback;
}
