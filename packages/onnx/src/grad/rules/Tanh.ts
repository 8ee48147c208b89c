/** @file Gradient of Tanh. tanh' = 1 - tanh². */
import { rule } from '../rule.ts';

export const Tanh = rule('Tanh', 'dx = dy · (1 - y²).', (c) => [
  c.b.mul(c.dy, c.b.sub(1, c.b.mul(c.y(), c.y()))),
]);
