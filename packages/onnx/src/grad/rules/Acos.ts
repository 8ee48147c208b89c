/** @file Gradient of Acos. acos' = -asin', written (1-x)(1+x) to keep digits near ±1. */
import { rule } from '../rule.ts';

export const Acos = rule('Acos', 'dx = -dy / sqrt(1 - x²); infinite at ±1.', (c) => [
  c.b.neg(c.b.div(c.dy, c.b.sqrt(c.b.mul(c.b.sub(1, c.x(0)), c.b.add(c.x(0), 1))))),
]);
