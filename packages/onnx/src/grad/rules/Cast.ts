/** @file Gradient of Cast between float types: cast back. Integers and conditions have no gradient. */
import { isFloat } from '../../ir/dtype.ts';
import { rule } from '../rule.ts';

export const Cast = rule('Cast', 'dx = dy cast back; none through integers.', (c) => [
  isFloat(c.dy.dtype) ? c.b.cast(c.dy, c.type(0).dtype) : null,
]);
