/** @file Gradient of CumSum: the cumulative sum from the other end. */
import { rule } from '../rule.ts';

export const CumSum = rule(
  'CumSum',
  'the cumulative sum of dy from the other end.',
  (c) => [
    c.b.op('CumSum', [c.dy, c.x(1)], {
      exclusive: c.int('exclusive', 0),
      reverse: 1 - c.int('reverse', 0),
    }),
  ],
  { nonGradientInputs: [1] },
);
