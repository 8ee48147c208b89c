/** @file Gradient of Mod: y = a - b · q with q a whole number that is flat almost everywhere, and q = (a - y) / b. */
import { rule } from '../rule.ts';

export const Mod = rule('Mod', 'da = dy, db = -dy · (a - y) / b; jumps are ignored.', (c) => [
  c.dy,
  c.when(1, () => c.b.neg(c.b.mul(c.dy, c.b.div(c.b.sub(c.x(0), c.y()), c.x(1))))),
]);
