/** @file Gradient of ReduceLogSum: y = log Σx, so every element gets dy / exp(y). */
import { reduction } from '../parts.ts';
import { rule } from '../rule.ts';

export const ReduceLogSum = rule(
  'ReduceLogSum',
  'dy / Σx, broadcast.',
  (c) => {
    const { dy, y } = reduction(c);
    return [c.expandLike(c.b.div(dy, c.b.exp(y)), 0)];
  },
  { nonGradientInputs: [1] },
);
