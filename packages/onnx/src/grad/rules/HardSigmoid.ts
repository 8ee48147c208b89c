/** @file Gradient of HardSigmoid y = max(0, min(1, alpha x + beta)): alpha where 0 < y < 1, 0 at both kinks. */
import { maskOf } from '../parts.ts';
import { rule } from '../rule.ts';

export const HardSigmoid = rule(
  'HardSigmoid',
  'alpha · dy where 0 < y < 1; 0 at the kinks.',
  (c) => {
    const isInside = c.b.and(c.b.greater(c.y(), 0), c.b.less(c.y(), 1));
    return [c.b.mul(c.b.mul(c.dy, c.float('alpha', 0.2)), maskOf(c.b, isInside, c.dy.dtype))];
  },
);
