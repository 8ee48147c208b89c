/** @file Gradient of Div: d(a/b)/da = 1/b and d(a/b)/db = -a/b² = -y/b. */
import { rule } from '../rule.ts';

export const Div = rule('Div', 'da = dy / b, db = -da · y.', (c) => {
  const da = c.b.div(c.dy, c.x(1));
  return [da, c.when(1, () => c.b.neg(c.b.mul(da, c.y())))];
});
