/**
 * @file Gradient of ConvTranspose: it is the transpose of a Conv with the same weights, so dx is that Conv of dy, and dw is the weight
 * gradient of that Conv with the roles of input (dy) and cotangent (x).
 *
 * Output padding, less than a stride, only adds positions at the end that the Conv's last window does not reach.
 */
import { transposedGeometry } from '../../infer/transposed-window.ts';
import { convWeightGradient } from '../convolution-weight.ts';
import { rule } from '../rule.ts';

export const ConvTranspose = rule(
  'ConvTranspose',
  'dx: Conv of dy with the same weights; dw: stacked taps and one MatMul; any group, output_padding, output_shape and auto_pad.',
  (c) => {
    const { kernel, strides, dilations, pads } = transposedGeometry(c);
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
