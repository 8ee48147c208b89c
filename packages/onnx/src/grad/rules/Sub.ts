/** @file Gradient of Sub: a gets dy, b gets -dy. */
import { rule } from '../rule.ts';

export const Sub = rule('Sub', 'da = dy, db = -dy.', (c) => [c.dy, c.when(1, () => c.b.neg(c.dy))]);
