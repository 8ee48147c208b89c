/** @file Gradient of Mul: each input gets dy times the other. */
import { rule } from '../rule.ts';

export const Mul = rule('Mul', 'da = dy · b, db = dy · a.', (c) => [
  c.when(0, () => c.b.mul(c.dy, c.x(1))),
  c.when(1, () => c.b.mul(c.dy, c.x(0))),
]);
