/** @file Gradient of Mul: each input gets dy times the other. */
import { rule } from '../rule.ts';

export const Mul = rule('Mul', 'da = dy · b, db = dy · a; d(a²) = 2 · dy · a.', (c) => {
  const [a, b] = [c.x(0), c.x(1)];
  // One product instead of two equal ones and their sum.
  if (a.name === b.name) return [c.b.mul(c.b.mul(c.dy, a), 2)];
  return [c.when(0, () => c.b.mul(c.dy, b)), c.when(1, () => c.b.mul(c.dy, a))];
});
