/** @file Gradient of Abs. d|x|/dx = sign(x), the middle of the subdifferential at 0. */
import { rule } from '../rule.ts';

export const Abs = rule('Abs', 'dx = dy · sign(x); 0 at x = 0.', (c) => [
  c.b.mul(c.dy, c.b.sign(c.x(0))),
]);
