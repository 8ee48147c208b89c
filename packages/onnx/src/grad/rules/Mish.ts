/** @file Gradient of Mish x · t with t = tanh(softplus x): t + x (1 - t²) sigmoid(x). */
import { square } from '../parts.ts';
import { rule } from '../rule.ts';

export const Mish = rule(
  'Mish',
  'dy · (t + x (1 - t²) sigmoid(x)), t = tanh(softplus x).',
  (c) => {
    const { b } = c;
    const x = c.x(0);
    const t = b.tanh(b.softplus(x));
    return [b.mul(c.dy, b.add(t, b.mul(b.mul(x, b.sigmoid(x)), b.sub(1, square(b, t)))))];
  },
  { opsets: [18, 21] },
);
