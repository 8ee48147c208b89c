/**
 * @file Gradient of LeakyRelu: dy where x > 0, alpha · dy elsewhere (alpha at 0).
 * With alpha > 0 the output has the sign of the input, and reading it leaves the input to be fused away in the forward pass.
 */
import { stepMask } from '../parts.ts';
import { rule } from '../rule.ts';

export const LeakyRelu = rule(
  'LeakyRelu',
  'dy where x > 0, else alpha · dy (alpha at the kink).',
  (c) => [
    c.b.mul(
      c.dy,
      stepMask(c, {
        value: c.float('alpha', 0.01) > 0 ? c.y() : c.x(0),
        below: c.float('alpha', 0.01),
      }),
    ),
  ],
);
