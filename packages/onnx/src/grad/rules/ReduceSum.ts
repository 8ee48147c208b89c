/** @file Gradient of ReduceSum: every summed element gets dy. */
import { reduction } from '../parts.ts';
import { rule } from '../rule.ts';

export const ReduceSum = rule(
  'ReduceSum',
  'dy broadcast.',
  (c) => [c.expandLike(reduction(c).dy, 0)],
  { nonGradientInputs: [1] },
);
