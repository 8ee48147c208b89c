/** @file Gradient of ThresholdedRelu: dy where x > alpha, which also skips the jump at alpha. */
import { maskOf } from '../parts.ts';
import { rule } from '../rule.ts';

export const ThresholdedRelu = rule(
  'ThresholdedRelu',
  'dy where x > alpha; the jump is ignored.',
  (c) => [c.b.mul(c.dy, maskOf(c.b, c.b.greater(c.x(0), c.float('alpha', 1)), c.dy.dtype))],
);
