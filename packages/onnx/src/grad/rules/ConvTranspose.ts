/**
 * @file Gradient of ConvTranspose: it is the transpose of a Conv with the same weights, so dx is that Conv of dy, and dw is the weight
 * gradient of that Conv with the roles of input (dy) and cotangent (x).
 */
import { convWeightGradient } from '../convolution-weight.ts';
import { rule } from '../rule.ts';

export const ConvTranspose = rule(
  'ConvTranspose',
  'dx: Conv of dy with the same weights; dw: stacked taps and one MatMul; any group.',
  (c) => {
    const kernel = c.shape(1).slice(2) as number[];
    const strides = c.intList('strides') ?? kernel.map(() => 1);
    const dilations = c.intList('dilations') ?? kernel.map(() => 1);
    const pads = c.intList('pads') ?? [...kernel, ...kernel].map(() => 0);
    const group = c.int('group', 1);
    return [
      c.when(0, () => c.b.conv(c.dy, c.x(1), null, { strides, dilations, pads, group })),
      c.when(1, () =>
        convWeightGradient(c, {
          input: c.dy,
          cotangent: c.x(0),
          kernel,
          strides,
          dilations,
          pads,
          group,
        }),
      ),
      c.when(2, () =>
        c.b.reduceSum(c.dy, {
          axes: c.shape(0).flatMap((_, axis) => (axis === 1 ? [] : [axis])),
          keepDims: false,
        }),
      ),
    ];
  },
);
