/** @file Gradient of Selu: gamma above 0, gamma · alpha · exp(x) = y + gamma · alpha below. */
import type { Value } from '../../build/core-builder.ts';
import type { GraphBuilder } from '../../build/graph-builder.ts';
import type { DType } from '../../ir/dtype.ts';
import { rule } from '../rule.ts';

export const Selu = rule('Selu', 'dy · gamma where x > 0, else dy · (y + gamma · alpha).', (c) => {
  const gamma = c.float('gamma', 1.05070102214813232421875);
  const alpha = c.float('alpha', 1.67326319217681884765625);
  return [
    c.b.mul(
      c.dy,
      c.b.where(
        c.b.greater(c.x(0), 0),
        gammaLike(c.b, gamma, c.dy.dtype),
        c.b.add(c.y(), gamma * alpha),
      ),
    ),
  ];
});

function gammaLike(b: GraphBuilder, gamma: number, dtype: DType): Value {
  return b.constant(gamma, { dtype });
}
