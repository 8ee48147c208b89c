/**
 * @file Gradient of BatchNormalization with constant statistics: y = (x - mean) · k · scale + bias, k = 1 / sqrt(variance + epsilon).
 *
 * Training statistics are composed of reductions by the model, so nothing flows through mean and variance unless they are computed.
 */
import type { Value } from '../../build/core-builder.ts';
import { mapTensor, tensor, tensorNumbers } from '../../ir/tensor.ts';
import { rule, type VjpContext } from '../rule.ts';

export const BatchNormalization = rule(
  'BatchNormalization',
  'inference mode: dx = dy · scale / sqrt(variance + epsilon); scale, bias and statistics too.',
  (c) => {
    const { b } = c;
    const axes = c.shape(0).flatMap((_, axis) => (axis === 1 ? [] : [axis]));
    const perChannel = (v: Value): Value => b.reduceSum(v, { axes, keepDims: false });
    const inverse = (): Value => b.reciprocal(b.sqrt(b.add(c.x(4), c.float('epsilon', 1e-5))));
    const centred = (): Value => b.sub(c.x(0), channelShape(c, c.x(3)));
    return [
      c.when(0, () => scaled(c)),
      c.when(1, () => b.mul(perChannel(b.mul(c.dy, centred())), inverse())),
      c.when(2, () => perChannel(c.dy)),
      c.when(3, () => b.neg(b.mul(perChannel(c.dy), b.mul(c.x(1), inverse())))),
      c.when(4, () => {
        const k = inverse();
        return b.mul(
          b.mul(perChannel(b.mul(c.dy, centred())), c.x(1)),
          b.mul(b.mul(k, b.mul(k, k)), -0.5),
        );
      }),
    ];
  },
);

/** dy times the channel's factor; folded to one constant where it is, and a depthwise convolution inside the blocked layout. */
function scaled(c: VjpContext): Value {
  const { b } = c;
  const [scale, variance] = [c.constant(1), c.constant(4)];
  if (!scale || !variance)
    return b.mul(
      c.dy,
      channelShape(c, b.div(c.x(1), b.sqrt(b.add(c.x(4), c.float('epsilon', 1e-5))))),
    );
  const variances = tensorNumbers(variance);
  const factor = mapTensor(
    scale,
    (s, at) => s / Math.sqrt((variances[at] as number) + c.float('epsilon', 1e-5)),
  );
  const channels = factor.data.length;
  if (!c.isBlockedLayout(0))
    return b.mul(
      c.dy,
      b.initialiser('factor', tensor(factor.dtype, [channels, ...spatialOnes(c)], factor.data)),
    );
  return b.conv(
    c.dy,
    b.initialiser('factor', tensor(factor.dtype, [channels, 1, 1, 1], factor.data)),
    null,
    { group: channels },
  );
}

function channelShape(c: VjpContext, v: Value): Value {
  const ones = spatialOnes(c);
  return ones.length === 0 ? v : c.b.reshape(v, [-1, ...ones]);
}

function spatialOnes(c: VjpContext): readonly number[] {
  return c
    .shape(0)
    .slice(2)
    .map(() => 1);
}
