/** @file Gradient of Log. log'(x) = 1/x. */
import { rule } from '../rule.ts';

export const Log = rule('Log', 'dx = dy / x.', (c) => [c.b.div(c.dy, c.x(0))]);
