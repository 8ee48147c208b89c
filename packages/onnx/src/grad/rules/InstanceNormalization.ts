/** @file Gradient of InstanceNormalization: LayerNormalization's over the spatial axes of each channel, with scale and bias per channel. */
import { normalisationGradient, standardise } from '../normalisation.ts';
import { rule } from '../rule.ts';

export const InstanceNormalization = rule(
  'InstanceNormalization',
  'dx = k · (g - mean(g) - n · mean(g · n)), g = dy · scale, per image and channel; scale and bias too.',
  (c) => {
    const { b } = c;
    const spatial = c.shape(0).flatMap((_, axis) => (axis < 2 ? [] : [axis]));
    const parts = standardise(b, c.x(0), { axes: spatial, epsilon: c.float('epsilon', 1e-5) });
    const scale = b.reshape(c.x(1), [-1, ...spatial.map(() => 1)]);
    return [
      c.when(0, () => normalisationGradient(b, parts, b.mul(c.dy, scale))),
      c.when(1, () =>
        b.reduceSum(b.mul(c.dy, parts.normalised), { axes: [0, ...spatial], keepDims: false }),
      ),
      c.when(2, () => b.reduceSum(c.dy, { axes: [0, ...spatial], keepDims: false })),
    ];
  },
);
