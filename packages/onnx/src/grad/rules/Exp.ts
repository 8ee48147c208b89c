/** @file Gradient of Exp. exp is its own derivative. */
import { rule } from '../rule.ts';

export const Exp = rule('Exp', 'dx = dy · y.', (c) => [c.b.mul(c.dy, c.y())]);
