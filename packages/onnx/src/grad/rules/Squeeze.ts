/** @file Gradient of Squeeze: dy in the input's shape; elements keep their order. */
import { rule } from '../rule.ts';

export const Squeeze = rule(
  'Squeeze',
  "dy in the input's shape.",
  (c) => [c.reshapeLike(c.dy, 0)],
  { nonGradientInputs: [1] },
);
