/** @file Gradient of Shrink: dy outside [-lambd, lambd], 0 inside and at the jumps. */
import { maskOf } from '../parts.ts';
import { rule } from '../rule.ts';

export const Shrink = rule('Shrink', 'dy where |x| > lambd, else 0; jumps are ignored.', (c) => {
  const { b } = c;
  return [b.mul(c.dy, maskOf(b, b.greater(b.abs(c.x(0)), c.float('lambd', 0.5)), c.dy.dtype))];
});
