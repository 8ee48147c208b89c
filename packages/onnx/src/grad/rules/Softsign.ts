/** @file Gradient of Softsign. x / (1 + |x|): the derivative is 1 / (1 + |x|)² and 1 - |y| = 1 / (1 + |x|). */
import { rule } from '../rule.ts';
import { square } from '../parts.ts';

export const Softsign = rule('Softsign', 'dx = dy · (1 - |y|)².', (c) => [
  c.b.mul(c.dy, square(c.b, c.b.sub(1, c.b.abs(c.y())))),
]);
