/** @file Gradient of ReduceSumSquare: d x²/dx = 2x. */
import { reduction } from '../parts.ts';
import { rule } from '../rule.ts';

export const ReduceSumSquare = rule(
  'ReduceSumSquare',
  '2 · dy · x.',
  (c) => [c.b.mul(c.x(0), c.b.mul(reduction(c).dy, 2))],
  { nonGradientInputs: [1] },
);
