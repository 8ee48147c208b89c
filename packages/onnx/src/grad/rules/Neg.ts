/** @file Gradient of Neg. y = -x. */
import { rule } from '../rule.ts';

export const Neg = rule('Neg', 'dx = -dy.', (c) => [c.b.neg(c.dy)]);
