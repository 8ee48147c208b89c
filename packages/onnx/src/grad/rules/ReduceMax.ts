/** @file Gradient of ReduceMax: dy goes to the elements equal to the extreme; ties share it equally. */
import { reduction } from '../parts.ts';
import { rule } from '../rule.ts';

export const ReduceMax = rule(
  'ReduceMax',
  'dy to the extreme elements; ties share equally.',
  (c) => [reduction(c).toExtremes()],
  { nonGradientInputs: [1] },
);
