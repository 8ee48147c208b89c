/** @file Gradient of ReduceMean: every element gets dy / count. */
import { reduction } from '../parts.ts';
import { rule } from '../rule.ts';

export const ReduceMean = rule(
  'ReduceMean',
  'dy / count, broadcast.',
  (c) => {
    const { dy, divideByCount } = reduction(c);
    return [c.expandLike(divideByCount(dy), 0)];
  },
  { nonGradientInputs: [1] },
);
