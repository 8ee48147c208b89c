/**
 * @file Gradient of Slice: dy put back at its place in zeros.
 *
 * Step 1 is one Pad. Step s > 1 first spreads dy with s - 1 zeros after each element; a negative step first reverses dy. An axis whose
 * size only the run knows takes its pads from the shapes, with step 1 and a start from the front.
 */
import type { Value } from '../../build/core-builder.ts';
import { sliceRange } from '../../infer/shape.ts';
import { rule, type VjpContext } from '../rule.ts';

export const Slice = rule(
  'Slice',
  'dy padded back with zeros; steps and reversal included.',
  (c) => [putBack(c)],
  {
    nonGradientInputs: [1, 2, 3, 4],
  },
);

function putBack(c: VjpContext): Value {
  const shape = c.shape(0);
  const starts = c.numbers(1, 'starts') ?? [];
  const ends = c.ints(2)?.values ?? starts.map(() => '?');
  const axes = (c.numbers(3, 'axes') ?? starts.map((_, at) => at)).map((axis) =>
    c.axis(axis, shape.length),
  );
  const steps = c.numbers(4, 'steps') ?? starts.map(() => 1);
  let dy = c.dy;
  const before = shape.map(() => 0);
  const after = shape.map(() => 0);
  const dynamic: number[] = [];
  axes.forEach((axis, at) => {
    const size = shape[axis];
    const [start, end, step] = [starts[at] as number, ends[at], steps[at] as number];
    if (size === dy.shape[axis] && step === 1) return;
    if (typeof size !== 'number' || typeof end !== 'number') {
      if (step !== 1 || start < 0)
        c.fail(
          `its gradient along the symbolic axis ${axis} needs step 1 and a start from the front`,
        );
      before[axis] = start;
      dynamic.push(axis);
      return;
    }
    const { first, length } = sliceRange(size, start, end, step);
    if (step < 0) dy = c.b.slice(dy, { axis, start: -1, end: -(2 ** 62), step: -1 });
    dy = spread(c, dy, { axis, step: Math.abs(step), length });
    const lowest = step > 0 ? first : first + (length - 1) * step;
    before[axis] = lowest;
    after[axis] = size - lowest - ((length - 1) * Math.abs(step) + 1);
  });
  return dynamic.length > 0
    ? dynamicPad(c, dy, before, after, dynamic)
    : c.b.pad(dy, [...before, ...after]);
}

/** [.., n, ..] to [.., (n-1)·step + 1, ..] with zeros between. */
function spread(
  c: VjpContext,
  dy: Value,
  { axis, step, length }: { readonly axis: number; readonly step: number; readonly length: number },
): Value {
  // TensorFlow keeps one element by a step of a thousand million.
  if (step === 1 || length <= 1) return dy;
  const { b } = c;
  const apart = b.unsqueeze(dy, [axis + 1]);
  const pads = apart.shape.map(() => 0);
  const zeros = b.pad(apart, [...pads, ...pads.map((_, at) => (at === axis + 1 ? step - 1 : 0))]);
  const joined = mergeAxes(c, zeros, axis);
  return b.slice(joined, { axis, start: 0, end: (length - 1) * step + 1 });
}

/** Joins `axis` with the one after it. */
function mergeAxes(c: VjpContext, v: Value, axis: number): Value {
  const merged = Number(v.shape[axis]) * Number(v.shape[axis + 1]);
  const dims = v.shape
    .toSpliced(axis, 2, merged)
    .map((d, at) => (typeof d === 'number' ? d : at < axis ? 0 : -1));
  if (dims.filter((d) => d === -1).length > 1)
    c.fail('its gradient with a step needs at most one symbolic axis after the sliced one');
  return c.b.reshape(v, dims);
}

/** Pads whose ends along `dynamic` axes are what is missing to the input's shape. */
function dynamicPad(
  c: VjpContext,
  dy: Value,
  before: readonly number[],
  after: readonly number[],
  dynamic: readonly number[],
): Value {
  const { b } = c;
  const missing = b.sub(b.sub(b.shapeOf(c.x(0)), b.shapeOf(dy)), b.int64(before));
  const isDynamic = b.int64(before.map((_, axis) => (dynamic.includes(axis) ? 1 : 0)));
  const ends = b.add(b.mul(missing, isDynamic), b.int64(after));
  const padded = b.op(
    'Pad',
    [dy, b.concat([b.int64(before), ends], 0), b.constant(0, { dtype: dy.dtype })],
    { mode: 'constant' },
  );
  return b.reshape(padded, b.shapeOf(c.x(0)));
}
