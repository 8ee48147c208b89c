/** @file Gradient of CastLike: dy cast back; nothing flows through integers, nor to the value that only lends its type. */
import { rule } from '../rule.ts';

export const CastLike = rule(
  'CastLike',
  'dx = dy cast back; none to the second input.',
  (c) => [c.b.cast(c.dy, c.type(0).dtype)],
  { opsets: [15, 21], nonGradientInputs: [1] },
);
