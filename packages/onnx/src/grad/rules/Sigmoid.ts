/** @file Gradient of Sigmoid. σ' = σ (1 - σ). */
import { rule } from '../rule.ts';

export const Sigmoid = rule('Sigmoid', 'dx = dy · y · (1 - y).', (c) => [
  c.b.mul(c.dy, c.b.mul(c.y(), c.b.sub(1, c.y()))),
]);
