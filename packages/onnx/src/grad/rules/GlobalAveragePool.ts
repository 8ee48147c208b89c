/** @file Gradient of GlobalAveragePool: every position gets dy / positions. */
import { elementCount } from '../../ir/dim.ts';
import { rule } from '../rule.ts';

export const GlobalAveragePool = rule('GlobalAveragePool', 'dy / positions, broadcast.', (c) => {
  const { b } = c;
  const positions = elementCount(c.shape(0).slice(2));
  if (positions !== undefined) return [c.expandLike(b.mul(c.dy, 1 / positions), 0)];
  const size = (name: 'x' | 'y') =>
    b.cast(b.op('Size', [name === 'x' ? c.x(0) : c.y()]), c.dy.dtype);
  return [c.expandLike(b.div(c.dy, b.div(size('x'), size('y'))), 0)];
});
