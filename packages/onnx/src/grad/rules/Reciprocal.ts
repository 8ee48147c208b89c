/** @file Gradient of Reciprocal. (1/x)' = -1/x². */
import { rule } from '../rule.ts';

export const Reciprocal = rule('Reciprocal', 'dx = -dy · y².', (c) => [
  c.b.neg(c.b.mul(c.dy, c.b.mul(c.y(), c.y()))),
]);
