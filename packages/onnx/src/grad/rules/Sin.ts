/** @file Gradient of Sin. sin' = cos. */
import { rule } from '../rule.ts';

export const Sin = rule('Sin', 'dx = dy · cos(x).', (c) => [c.b.mul(c.dy, c.b.cos(c.x(0)))]);
