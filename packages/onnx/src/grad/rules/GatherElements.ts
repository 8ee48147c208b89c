/** @file Gradient of GatherElements: dy added back element by element; needs ScatterElements with addition, opset 16. */
import { rule } from '../rule.ts';

export const GatherElements = rule(
  'GatherElements',
  'dy added back by ScatterElements.',
  (c) => [
    c.b.op('ScatterElements', [c.zerosLike(0), c.x(1), c.dy], {
      axis: c.int('axis', 0),
      reduction: 'add',
    }),
  ],
  { opsets: [16, 21], nonGradientInputs: [1] },
);
