/** @file Gradient of Softplus. log(1 + exp x)' = sigmoid(x). */
import { rule } from '../rule.ts';

export const Softplus = rule('Softplus', 'dx = dy · sigmoid(x).', (c) => [
  c.b.mul(c.dy, c.b.sigmoid(c.x(0))),
]);
