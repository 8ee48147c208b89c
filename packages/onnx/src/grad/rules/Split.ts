/** @file Gradient of Split: the parts joined again, zeros for those that nothing used. */
import { zerosLike, rule } from '../rule.ts';

export const Split = rule(
  'Split',
  'the cotangents of the parts joined, zeros for unused parts.',
  (c) => {
    const parts = c.node.outputs.map((_, at) => c.dyAt(at) ?? zerosLike(c.b, c.y(at)));
    return [c.b.concat(parts, c.axis(c.int('axis', 0), c.shape(0).length))];
  },
  { nonGradientInputs: [1] },
);
