/** @file Gradient of Unsqueeze: dy in the input's shape; elements keep their order. */
import { rule } from '../rule.ts';

export const Unsqueeze = rule(
  'Unsqueeze',
  "dy in the input's shape.",
  (c) => [c.reshapeLike(c.dy, 0)],
  { nonGradientInputs: [1] },
);
