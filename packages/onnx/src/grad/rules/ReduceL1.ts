/** @file Gradient of ReduceL1: d|x|/dx = sign(x), 0 at 0. */
import { reduction } from '../parts.ts';
import { rule } from '../rule.ts';

export const ReduceL1 = rule(
  'ReduceL1',
  'dy · sign(x).',
  (c) => [c.b.mul(c.b.sign(c.x(0)), reduction(c).dy)],
  { nonGradientInputs: [1] },
);
