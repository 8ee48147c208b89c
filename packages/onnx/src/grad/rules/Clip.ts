/**
 * @file Gradient of Clip: dy where the input passed unchanged (y = x, so 1 at both bounds), and to a bound where it held.
 * Comparing y with x needs one comparison for both bounds.
 */
import { maskOf } from '../parts.ts';
import { rule } from '../rule.ts';

export const Clip = rule(
  'Clip',
  'dy where low ≤ x ≤ high (1 at the bounds); bounds get dy where they hold.',
  (c) => [
    c.when(0, () => c.b.mul(c.dy, maskOf(c.b, c.b.equal(c.y(), c.x(0)), c.dy.dtype))),
    c.when(1, () => c.b.mul(c.dy, maskOf(c.b, c.b.less(c.x(0), c.x(1)), c.dy.dtype))),
    c.when(2, () => c.b.mul(c.dy, maskOf(c.b, c.b.greater(c.x(0), c.x(2)), c.dy.dtype))),
  ],
);
