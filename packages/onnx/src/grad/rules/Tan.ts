/** @file Gradient of Tan. tan' = 1 + tan². */
import { rule } from '../rule.ts';

export const Tan = rule('Tan', 'dx = dy · (1 + y²).', (c) => [
  c.b.mul(c.dy, c.b.add(c.b.mul(c.y(), c.y()), 1)),
]);
