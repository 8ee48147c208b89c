/** @file Gradient of Reshape: dy in the input's shape; elements keep their order. */
import { rule } from '../rule.ts';

export const Reshape = rule(
  'Reshape',
  "dy in the input's shape.",
  (c) => [c.reshapeLike(c.dy, 0)],
  { nonGradientInputs: [1] },
);
