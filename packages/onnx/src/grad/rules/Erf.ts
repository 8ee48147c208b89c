/** @file Gradient of Erf. erf'(x) = 2/√π · exp(-x²). */
import { rule } from '../rule.ts';

export const Erf = rule('Erf', 'dx = dy · 2/√π · exp(-x²).', (c) => [
  c.b.mul(c.dy, c.b.mul(c.b.exp(c.b.neg(c.b.mul(c.x(0), c.x(0)))), 2 / Math.sqrt(Math.PI))),
]);
