/** @file Gradient of Trilu: the same triangle of dy. */
import { rule } from '../rule.ts';

export const Trilu = rule(
  'Trilu',
  'the same triangle of dy.',
  (c) => [c.b.op('Trilu', c.has(1) ? [c.dy, c.x(1)] : [c.dy], { upper: c.int('upper', 1) })],
  { opsets: [14, 21], nonGradientInputs: [1] },
);
