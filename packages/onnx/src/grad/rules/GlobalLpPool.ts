/** @file Gradient of GlobalLpPool y = (Σ |x|^p)^(1/p) over all positions: dy · sign(x) · (|x| / y)^(p-1); 0 where y is 0. */
import { normGradient } from '../window-sum.ts';
import { rule } from '../rule.ts';

export const GlobalLpPool = rule(
  'GlobalLpPool',
  'dy · sign(x) · (|x| / y)^(p-1); 0 where y is 0.',
  (c) => [normGradient(c, (v) => v)],
);
