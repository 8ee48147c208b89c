/** @file Gradient of ReduceLogSumExp: the softmax of x, times dy. */
import { reduction } from '../parts.ts';
import { rule } from '../rule.ts';

export const ReduceLogSumExp = rule(
  'ReduceLogSumExp',
  'dy · exp(x - y).',
  (c) => {
    const { dy, y } = reduction(c);
    return [c.b.mul(c.b.exp(c.b.sub(c.x(0), y)), dy)];
  },
  { nonGradientInputs: [1] },
);
