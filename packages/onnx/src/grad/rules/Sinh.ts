/** @file Gradient of Sinh. sinh' = cosh. */
import { rule } from '../rule.ts';

export const Sinh = rule('Sinh', 'dx = dy · cosh(x).', (c) => [
  c.b.mul(c.dy, c.b.op('Cosh', [c.x(0)])),
]);
