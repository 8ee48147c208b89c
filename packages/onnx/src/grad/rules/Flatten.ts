/** @file Gradient of Flatten: dy in the input's shape; elements keep their order. */
import { rule } from '../rule.ts';

export const Flatten = rule(
  'Flatten',
  "dy in the input's shape.",
  (c) => [c.reshapeLike(c.dy, 0)],
  { nonGradientInputs: [] },
);
