/** @file Gradient of Atan. atan'(x) = 1 / (1 + x²). */
import { rule } from '../rule.ts';

export const Atan = rule('Atan', 'dx = dy / (1 + x²).', (c) => [
  c.b.div(c.dy, c.b.add(c.b.mul(c.x(0), c.x(0)), 1)),
]);
