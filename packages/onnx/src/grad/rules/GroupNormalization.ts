/**
 * @file Gradient of GroupNormalization y = n · scale + bias, n = (x - mean) · k over each image's group of channels.
 *
 * LayerNormalization's gradient over rows [batch, groups, everything of the group]. Scale and bias are per group before opset 21 and per
 * channel from it on; both are broadcast to a factor of the rows or of x.
 */
import type { Value } from '../../build/core-builder.ts';
import { normalisationGradient, standardise } from '../normalisation.ts';
import { rule, type VjpContext } from '../rule.ts';

/** Opset in which scale and bias became per channel. */
const PER_CHANNEL_SINCE = 21;

export const GroupNormalization = rule(
  'GroupNormalization',
  'dx = k · (g - mean(g) - n · mean(g · n)), g = dy · scale, per group; scale and bias per group before opset 21, per channel from it on.',
  (c) => {
    const { b } = c;
    const groups = c.int('num_groups', 1);
    const rows = (v: Value): Value => b.reshape(v, [0, groups, -1]);
    const epsilon = c.float('epsilon', 1e-5);
    const parts = standardise(b, rows(c.x(0)), { axes: [2], epsilon });
    const isPerChannel = b.opset >= PER_CHANNEL_SINCE;
    const ones = c
      .shape(0)
      .slice(2)
      .map(() => 1);
    const g = (): Value =>
      isPerChannel
        ? rows(b.mul(c.dy, b.reshape(c.x(1), [-1, ...ones])))
        : b.mul(rows(c.dy), b.reshape(c.x(1), [-1, 1]));
    return [
      c.when(0, () => c.reshapeLike(normalisationGradient(b, parts, g()), 0)),
      c.when(1, () => summed(c, b.mul(rows(c.dy), parts.normalised), isPerChannel)),
      c.when(2, () => summed(c, rows(c.dy), isPerChannel)),
    ];
  },
  { opsets: [18, 21] },
);

/** Rows [batch, groups, …] summed to one number per group or per channel. */
function summed(c: VjpContext, rows: Value, isPerChannel: boolean): Value {
  const { b } = c;
  if (!isPerChannel) return b.reduceSum(rows, { axes: [0, 2], keepDims: false });
  const axes = c.shape(0).flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  return b.reduceSum(c.reshapeLike(rows, 0), { axes, keepDims: false });
}
