/** @file Gradient of Sqrt. sqrt'(x) = 1 / (2 sqrt(x)). */
import { rule } from '../rule.ts';

export const Sqrt = rule('Sqrt', 'dx = dy / (2 y); infinite at x = 0.', (c) => [
  c.b.div(c.b.mul(c.dy, 0.5), c.y()),
]);
