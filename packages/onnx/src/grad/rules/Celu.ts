/** @file Gradient of Celu: 1 above 0, exp(x / alpha) = y / alpha + 1 below, which is 1 at 0 too. */
import { rule } from '../rule.ts';

export const Celu = rule('Celu', 'dy where x > 0, else dy · (y / alpha + 1).', (c) => [
  c.b.mul(c.dy, c.b.add(c.b.mul(c.b.min(c.y(), 0), 1 / c.float('alpha', 1)), 1)),
]);
