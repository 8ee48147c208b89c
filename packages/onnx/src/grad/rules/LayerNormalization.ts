/**
 * @file Gradient of LayerNormalization y = n · scale + bias, n = (x - mean) · k over the last axes.
 *
 * With g = dy · scale: dx = k · (g - mean(g) - n · mean(g · n)). Mean and k are computed again: the optional outputs need not be there.
 */
import { normalisationGradient, standardise } from '../normalisation.ts';
import { rule } from '../rule.ts';

export const LayerNormalization = rule(
  'LayerNormalization',
  'dx = k · (g - mean(g) - n · mean(g · n)), g = dy · scale; scale and bias too.',
  (c) => {
    if (c.dyAt(1) ?? c.dyAt(2)) c.fail('no gradient flows through its statistics outputs');
    const { b } = c;
    const rank = c.shape(0).length;
    const first = c.axis(c.int('axis', -1), rank);
    const axes = Array.from({ length: rank - first }, (_, at) => first + at);
    const parts = standardise(b, c.x(0), { axes, epsilon: c.float('epsilon', 1e-5) });
    return [
      c.when(0, () => normalisationGradient(b, parts, b.mul(c.dy, c.x(1)))),
      c.when(1, () => b.mul(c.dy, parts.normalised)),
      c.when(2, () => c.dy),
    ];
  },
  { opsets: [17, 21] },
);
