/** @file Gradient of LpNormalization y = x / |x|: p = 2 gives (dy - y Σ dy·y) / |x|, p = 1 gives (dy - sign(x) Σ dy·y) / |x|. */
import { rule } from '../rule.ts';

export const LpNormalization = rule(
  'LpNormalization',
  '(dy - direction · Σ dy · y) / norm; undefined at the origin.',
  (c) => {
    const { b } = c;
    const axes = [c.int('axis', -1)];
    const isEuclidean = c.int('p', 2) === 2;
    const x = c.x(0);
    const norm = isEuclidean ? b.reduceL2(x, { axes }) : b.reduceSum(b.abs(x), { axes });
    const along = b.reduceSum(b.mul(c.dy, c.y()), { axes });
    return [b.div(b.sub(c.dy, b.mul(isEuclidean ? c.y() : b.sign(x), along)), norm)];
  },
);
