/** @file Gradient of Cosh. cosh' = sinh. */
import { rule } from '../rule.ts';

export const Cosh = rule('Cosh', 'dx = dy · sinh(x).', (c) => [
  c.b.mul(c.dy, c.b.op('Sinh', [c.x(0)])),
]);
