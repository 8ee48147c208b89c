/** @file Gradient of Where: each branch gets dy where it was taken. */
import { rule } from '../rule.ts';

export const Where = rule(
  'Where',
  'dy where the branch was taken, else 0.',
  (c) => [
    null,
    c.when(1, () => c.b.where(c.x(0), c.dy, 0)),
    c.when(2, () => c.b.where(c.x(0), 0, c.dy)),
  ],
  { nonGradientInputs: [0] },
);
