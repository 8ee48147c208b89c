/** @file Gradient of Conv to input, weight and bias; the formulations are in ../convolution-input.ts and ../convolution-weight.ts. */
import { windowGeometry } from '../../infer/window.ts';
import { convInputGradient } from '../convolution-input.ts';
import { convWeightGradient } from '../convolution-weight.ts';
import { rule } from '../rule.ts';

export const Conv = rule(
  'Conv',
  'dx: Conv with flipped weights (stride 1), phases (stride 2 and up) or ConvTranspose; dw: stacked taps and one MatMul; any group.',
  (c) => [
    c.when(0, () => convInputGradient(c)),
    c.when(1, () =>
      convWeightGradient(c, {
        input: c.x(0),
        cotangent: c.dy,
        group: c.int('group', 1),
        ...windowGeometry(c, c.shape(1).slice(2) as number[]),
      }),
    ),
    c.when(2, () =>
      c.b.reduceSum(c.dy, {
        axes: c.shape(0).flatMap((_, axis) => (axis === 1 ? [] : [axis])),
        keepDims: false,
      }),
    ),
  ],
);
