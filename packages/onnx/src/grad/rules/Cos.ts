/** @file Gradient of Cos. cos' = -sin. */
import { rule } from '../rule.ts';

export const Cos = rule('Cos', 'dx = -dy · sin(x).', (c) => [
  c.b.neg(c.b.mul(c.dy, c.b.sin(c.x(0)))),
]);
