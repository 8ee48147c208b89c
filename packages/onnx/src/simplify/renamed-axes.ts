/** @file Operators along axes, applied before a Transpose instead of after it: y = op(Transpose(x, p)) = Transpose(op'(x), p'). */
import { reductionAxes } from '../infer/reduce.ts';
import type { InferContext } from '../infer/context.ts';
import { attributesFrom, type Attributes } from '../ir/attribute.ts';
import type { DType } from '../ir/dtype.ts';
import { tensorNumbers } from '../ir/tensor.ts';

export interface RenamedAxes {
  /** Inputs that are turned too, in order; the rest are `constants`. */
  readonly turnedInputs: readonly number[];
  /** The inputs after those, null for an absent one. */
  readonly constants: readonly ({
    readonly dtype: DType;
    readonly values: readonly number[];
  } | null)[];
  readonly attributes: Attributes;
  /** The order of axes of the outputs. */
  readonly perm: readonly number[];
}

/** Undefined where the operator cannot be applied before the Transpose. */
export type AxisRule = (c: InferContext, perm: readonly number[]) => RenamedAxes | undefined;

function withAttributes(
  c: InferContext,
  changed: Parameters<typeof attributesFrom>[0],
): Attributes {
  return Object.freeze({ ...c.node.attributes, ...attributesFrom(changed) });
}

const renamedAxis =
  (fallback: number): AxisRule =>
  (c, perm) => ({
    turnedInputs: c.node.inputs.map((_, at) => at),
    constants: [],
    attributes: withAttributes(c, {
      axis: perm[c.axis(c.int('axis', fallback), perm.length)] as number,
    }),
    perm,
  });

const reduce: AxisRule = (c, perm) => {
  const reduced = reductionAxes(c);
  const axes = reduced.map((axis) => perm[axis] as number);
  const kept = c.int('keepdims', 1) === 1;
  // Without the reduced axes, those left are numbered anew on both sides.
  const left = perm.filter((_, at) => !reduced.includes(at));
  const order = left.toSorted((a, b) => a - b);
  const hasAxesInput = c.intList('axes') === undefined && c.has(1);
  return {
    turnedInputs: [0],
    constants: hasAxesInput ? [{ dtype: 'int64', values: axes }] : [],
    attributes: c.intList('axes') ? withAttributes(c, { axes }) : c.node.attributes,
    perm: kept ? perm : left.map((axis) => order.indexOf(axis)),
  };
};

const slice: AxisRule = (c, perm) => {
  const [starts, ends] = [c.numbers(1, 'starts'), c.numbers(2, 'ends')];
  if (!starts || !ends) return undefined;
  const axes = c.numbers(3, 'axes') ?? starts.map((_, at) => at);
  const steps = c.numbers(4, 'steps') ?? starts.map(() => 1);
  const renamed = axes.map((axis) => perm[c.axis(axis, perm.length)] as number);
  return {
    turnedInputs: [0],
    constants: [starts, ends, renamed, steps].map((values) => ({
      dtype: 'int64' as const,
      values,
    })),
    attributes: c.node.attributes,
    perm,
  };
};

const pad: AxisRule = (c, perm) => {
  const pads = c.ints(1)?.values.map(Number);
  const fill = c.constant(2);
  if (!pads || c.has(3) || (c.has(2) && !fill)) return undefined;
  const rank = perm.length;
  const moved = pads.map(() => 0);
  perm.forEach((axis, at) => {
    moved[axis] = pads[at] as number;
    moved[axis + rank] = pads[at + rank] as number;
  });
  // A fill is a scalar: given as one element.
  if (fill && fill.dims.length > 0 && fill.data.length !== 1) return undefined;
  return {
    turnedInputs: [0],
    constants: [
      { dtype: 'int64', values: moved },
      ...(fill ? [{ dtype: fill.dtype, values: tensorNumbers(fill) }] : []),
    ],
    attributes: c.node.attributes,
    perm,
  };
};

const resize: AxisRule = (c, perm) => {
  const [scales, sizes] = [c.constant(2), c.constant(3)];
  if (c.intList('axes') || c.has(1) || (!scales && !sizes)) return undefined;
  const moved = (values: readonly number[]): readonly number[] =>
    perm.map((_, axis) => values[perm.indexOf(axis)] as number);
  return {
    turnedInputs: [0],
    constants: [
      null,
      scales && scales.data.length > 0
        ? { dtype: 'float32', values: moved(tensorNumbers(scales)) }
        : null,
      ...(sizes ? [{ dtype: 'int64' as const, values: moved(tensorNumbers(sizes)) }] : []),
    ],
    attributes: c.node.attributes,
    perm,
  };
};

export const AXIS_RULES: Readonly<Record<string, AxisRule>> = {
  Concat: renamedAxis(0),
  Softmax: renamedAxis(-1),
  LogSoftmax: renamedAxis(-1),
  LpNormalization: renamedAxis(-1),
  Slice: slice,
  Pad: pad,
  Resize: resize,
  ...Object.fromEntries(
    ['Sum', 'Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'SumSquare', 'LogSum', 'LogSumExp'].map(
      (kind) => [`Reduce${kind}`, reduce],
    ),
  ),
};
