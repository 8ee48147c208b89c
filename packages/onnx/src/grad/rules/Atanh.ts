/** @file Gradient of Atanh. atanh'(x) = 1 / ((1 - x)(1 + x)). */
import { rule } from '../rule.ts';

export const Atanh = rule('Atanh', 'dx = dy / (1 - x²).', (c) => [
  c.b.div(c.dy, c.b.mul(c.b.sub(1, c.x(0)), c.b.add(c.x(0), 1))),
]);
