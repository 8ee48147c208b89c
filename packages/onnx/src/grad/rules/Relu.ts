/** @file Gradient of Relu: dy where x > 0, nothing at x = 0. */
import { stepMask } from '../parts.ts';
import { rule } from '../rule.ts';

export const Relu = rule('Relu', 'dy where x > 0; 0 at the kink.', (c) => [
  c.b.mul(c.dy, stepMask(c, { value: c.y() })),
]);
