/** @file Gradient of ReduceL2: d|x|/dx = x / |x|; at the origin 0, the smallest subgradient, because |x| is kept above a tiny number. */
import { reduction } from '../parts.ts';
import { rule } from '../rule.ts';

export const ReduceL2 = rule(
  'ReduceL2',
  'dy · x / y; 0 at the origin.',
  (c) => {
    const { dy, y, tiny } = reduction(c);
    return [c.b.mul(c.x(0), c.b.div(dy, c.b.max(y, tiny)))];
  },
  { nonGradientInputs: [1] },
);
