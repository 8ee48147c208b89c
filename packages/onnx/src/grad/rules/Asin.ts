/** @file Gradient of Asin. asin'(x) = 1 / sqrt(1 - x²), written (1-x)(1+x) to keep digits near ±1. */
import { rule } from '../rule.ts';

export const Asin = rule('Asin', 'dx = dy / sqrt(1 - x²); infinite at ±1.', (c) => [
  c.b.div(c.dy, c.b.sqrt(c.b.mul(c.b.sub(1, c.x(0)), c.b.add(c.x(0), 1)))),
]);
