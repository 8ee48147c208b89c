/** @file Gradient of ReverseSequence: reversing again brings each element back to where it was. */
import { rule } from '../rule.ts';

export const ReverseSequence = rule(
  'ReverseSequence',
  'dy reversed in the same way.',
  (c) => [
    c.b.op('ReverseSequence', [c.dy, c.x(1)], {
      batch_axis: c.int('batch_axis', 1),
      time_axis: c.int('time_axis', 0),
    }),
  ],
  { nonGradientInputs: [1] },
);
