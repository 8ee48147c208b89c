/** @file Takes out operators that give back their input: a Reshape to the same shape, x · 1, a Pad by nothing, and the like. */
import type { InferContext } from '../infer/context.ts';
import { sameShape } from '../ir/dim.ts';
import type { Graph, Node, ValueType } from '../ir/graph.ts';
import { tensorNumbers } from '../ir/tensor.ts';
import { Rewriter } from './rewrite.ts';

/** The input that the node gives back unchanged when its type stays, or undefined. */
type NoOp = (c: InferContext, rewriter: Rewriter) => number | undefined;

const always: NoOp = () => 0;

/** Operators that keep every element in place: equal types are enough. */
const neutral =
  (value: number, sides: readonly number[]): NoOp =>
  (c) => {
    const side = sides.find((at) => isFilledWith(c, at, value));
    return side === undefined ? undefined : 1 - side;
  };

const NO_OPS: Readonly<Record<string, NoOp>> = {
  Reshape: always,
  Flatten: always,
  Squeeze: always,
  Unsqueeze: always,
  Expand: always,
  Cast: always,
  Slice: (c) => (c.numbers(4, 'steps')?.some((step) => step !== 1) ? undefined : 0),
  Pad: (c) => (c.ints(1)?.values.every((pad) => pad === 0) ? 0 : undefined),
  Concat: (c) => (c.node.inputs.length === 1 ? 0 : undefined),
  Transpose: (c) => (c.intList('perm')?.every((axis, at) => axis === at) ? 0 : undefined),
  Resize: (c) => {
    const scales = c.constant(2);
    return scales && scales.data.length > 0 && tensorNumbers(scales).every((s) => s === 1)
      ? 0
      : undefined;
  },
  Mul: neutral(1, [0, 1]),
  Div: neutral(1, [1]),
  Add: neutral(0, [0, 1]),
  Sub: neutral(0, [1]),
  Pow: neutral(1, [1]),
};

/** The graph without operators that change nothing. */
export function removeNoOps(source: Graph): Graph {
  const rewriter = new Rewriter(source);
  for (const node of source.nodes) {
    const kept = sourceOf(node, rewriter);
    if (kept !== undefined) rewriter.redirect(node.outputs[0] as string, kept);
  }
  return rewriter.finish();
}

function sourceOf(node: Node, rewriter: Rewriter): string | undefined {
  const rule = node.domain === '' ? NO_OPS[node.opType] : undefined;
  const output = node.outputs[0] ?? '';
  // An output of the graph needs a node that gives it.
  if (!rule || rewriter.isOutput(output)) return undefined;
  const at = rule(rewriter.context(node), rewriter);
  const input = at === undefined ? undefined : node.inputs[at];
  if (input === undefined) return undefined;
  return haveOneType(rewriter.type(input), rewriter.type(output)) ? input : undefined;
}

function haveOneType(a: ValueType | undefined, b: ValueType | undefined): boolean {
  return a !== undefined && b !== undefined && a.dtype === b.dtype && sameShape(a.shape, b.shape);
}

const MAX_FILLED_ELEMENTS = 4096;

function isFilledWith(c: InferContext, at: number, value: number): boolean {
  const constant = c.constant(at);
  return (
    constant !== undefined &&
    constant.data.length > 0 &&
    constant.data.length <= MAX_FILLED_ELEMENTS &&
    tensorNumbers(constant).every((element) => element === value)
  );
}
