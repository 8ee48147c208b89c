/** @file Gradient of Asinh. asinh'(x) = 1 / sqrt(x² + 1). */
import { rule } from '../rule.ts';

export const Asinh = rule('Asinh', 'dx = dy / sqrt(x² + 1).', (c) => [
  c.b.div(c.dy, c.b.sqrt(c.b.add(c.b.mul(c.x(0), c.x(0)), 1))),
]);
