/** @file Gradient of HardSwish x · h(x) with h(x) = clip(x/6 + 1/2, 0, 1): h + x/6 inside the ramp, h outside; at the kinks the outer slope. */
import { maskOf } from '../parts.ts';
import { rule } from '../rule.ts';

export const HardSwish = rule('HardSwish', 'dy · (h + x/6 where -3 < x < 3, else h).', (c) => {
  const { b } = c;
  const x = c.x(0);
  const gate = b.clip(b.add(b.mul(x, 1 / 6), 0.5), 0, 1);
  const isRamp = maskOf(b, b.less(b.abs(x), 3), x.dtype);
  return [b.mul(c.dy, b.add(gate, b.mul(b.mul(x, 1 / 6), isRamp)))];
});
