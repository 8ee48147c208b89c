/** @file Gradient of ReduceMin: dy goes to the elements equal to the extreme; ties share it equally. */
import { reduction } from '../parts.ts';
import { rule } from '../rule.ts';

export const ReduceMin = rule(
  'ReduceMin',
  'dy to the extreme elements; ties share equally.',
  (c) => [reduction(c).toExtremes()],
  { nonGradientInputs: [1] },
);
