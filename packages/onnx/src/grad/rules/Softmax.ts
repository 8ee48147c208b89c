/** @file Gradient of Softmax: y · (dy - Σ dy · y) along the axis. */
import { rule } from '../rule.ts';

export const Softmax = rule('Softmax', 'y · (dy - Σ dy · y).', (c) => {
  const { b } = c;
  const weighted = b.mul(c.dy, c.y());
  const total = b.reduceSum(weighted, { axes: [c.int('axis', -1)] });
  return [b.sub(weighted, b.mul(c.y(), total))];
});
