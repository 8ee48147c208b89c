/**
 * @file Gradient of Pow: dx = dy · p · x^(p-1), dp = dy · y · log(x).
 *
 * A constant exponent that is common gets a cheaper form (Pow itself is ten times a Sqrt). log(x) exists for x > 0 only: elsewhere dp is 0.
 */
import type { Value } from '../../build/core-builder.ts';
import { tensorNumbers } from '../../ir/tensor.ts';
import { square } from '../parts.ts';
import { rule, type VjpContext } from '../rule.ts';

export const Pow = rule(
  'Pow',
  'dx = dy · p · x^(p-1); dp = dy · y · log(x), 0 where x ≤ 0.',
  (c) => [c.when(0, () => c.b.mul(c.dy, slope(c))), c.when(1, () => exponentGradient(c))],
);

function slope(c: VjpContext): Value {
  const { b } = c;
  const x = c.x(0);
  const exponents = c.constant(1);
  const exponent =
    exponents?.data.length === 1 && exponents.dims.length <= x.shape.length
      ? tensorNumbers(exponents)[0]
      : undefined;
  switch (exponent) {
    case 2:
      return b.mul(x, 2);
    case 3:
      return b.mul(square(b, x), 3);
    case 0.5:
      return b.div(b.constant(0.5, { dtype: x.dtype }), c.y());
    case -0.5:
      return b.mul(b.mul(c.y(), square(b, c.y())), -0.5);
    case -1:
      return b.neg(square(b, c.y()));
    default:
      break;
  }
  const p = b.cast(c.x(1), x.dtype);
  return b.mul(p, b.pow(x, b.sub(p, 1)));
}

function exponentGradient(c: VjpContext): Value {
  const { b } = c;
  const x = c.x(0);
  const isPositive = b.greater(x, 0);
  const logarithm = b.where(isPositive, b.log(b.where(isPositive, x, 1)), 0);
  return b.cast(b.mul(c.dy, b.mul(c.y(), logarithm)), c.type(1).dtype);
}
