/** @file Gradient of Pad with a constant: the part of dy that lies on the input, by negative pads; the constant gets the rest. */
import type { Value } from '../../build/core-builder.ts';
import { rule, type VjpContext } from '../rule.ts';

export const Pad = rule(
  'Pad',
  'mode constant: dy cropped; reflect, edge and wrap are not taken.',
  (c) => {
    const mode = c.string('mode', 'constant');
    if (mode !== 'constant') c.fail(`its gradient is there for mode constant, not ${mode}`);
    const inside = crop(c);
    return [inside, null, c.when(2, () => c.b.sub(total(c, c.dy), total(c, inside)))];
  },
  { nonGradientInputs: [1, 3] },
);

function crop(c: VjpContext): Value {
  const rank = c.shape(0).length;
  const pads = c.numbers(1, 'pads') ?? [];
  const axes =
    c.numbers(3, 'axes')?.map((axis) => c.axis(axis, rank)) ??
    Array.from({ length: rank }, (_, axis) => axis);
  const full = Array.from({ length: 2 * rank }, () => 0);
  axes.forEach((axis, at) => {
    full[axis] = -(pads[at] as number);
    full[axis + rank] = -(pads[at + axes.length] as number);
  });
  return c.b.pad(c.dy, full);
}

function total(c: VjpContext, v: Value): Value {
  return c.b.reshape(c.b.reduceSum(v, { keepDims: false }), c.shape(2) as number[]);
}
