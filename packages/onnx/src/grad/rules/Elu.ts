/** @file Gradient of Elu: y = alpha (exp x - 1) below 0, so the slope there is y + alpha; 1 above, and at 0 the slope from the left. */
import { rule } from '../rule.ts';

export const Elu = rule('Elu', 'dy where x > 0, else dy · (y + alpha).', (c) => [
  c.b.where(c.b.greater(c.x(0), 0), c.dy, c.b.mul(c.dy, c.b.add(c.y(), c.float('alpha', 1)))),
]);
