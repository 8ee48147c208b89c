/** @file Gradient of Acosh. acosh'(x) = 1 / sqrt((x - 1)(x + 1)). */
import { rule } from '../rule.ts';

export const Acosh = rule('Acosh', 'dx = dy / sqrt(x² - 1).', (c) => [
  c.b.div(c.dy, c.b.sqrt(c.b.mul(c.b.sub(c.x(0), 1), c.b.add(c.x(0), 1)))),
]);
