/** @file Gradient of Dropout. In inference Dropout is the identity. */
import { rule } from '../rule.ts';

export const Dropout = rule(
  'Dropout',
  'dx = dy; inference only, training mode is refused when types are inferred.',
  (c) => [c.dy],
  { nonGradientInputs: [1, 2] },
);
