/** @file Gradient of Gelu (opset 20): exact form x Φ(x), so Φ(x) + x φ(x); the tanh form by its own derivative. */
import type { Value } from '../../build/core-builder.ts';
import { square } from '../parts.ts';
import { rule, type VjpContext } from '../rule.ts';

export const Gelu = rule(
  'Gelu',
  'exact: dy · (Φ(x) + x φ(x)); tanh approximation: its own derivative.',
  (c) => [c.b.mul(c.dy, c.string('approximate', 'none') === 'tanh' ? tanhSlope(c) : exactSlope(c))],
  { opsets: [20, 21] },
);

function exactSlope(c: VjpContext): Value {
  const { b } = c;
  const x = c.x(0);
  const cumulative = b.mul(b.add(b.erf(b.mul(x, Math.SQRT1_2)), 1), 0.5);
  const density = b.mul(b.exp(b.mul(square(b, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return b.add(cumulative, b.mul(x, density));
}

/** y = x/2 (1 + t), t = tanh(k (x + 0.044715 x³)), so y' = (1 + t)/2 + x/2 (1 - t²) k (1 + 3 · 0.044715 x²). */
function tanhSlope(c: VjpContext): Value {
  const { b } = c;
  const x = c.x(0);
  const k = Math.sqrt(2 / Math.PI);
  const xx = square(b, x);
  const t = b.tanh(b.mul(b.mul(x, b.add(b.mul(xx, 0.044715), 1)), k));
  const inner = b.mul(b.add(b.mul(xx, 3 * 0.044715), 1), k);
  return b.mul(b.add(b.add(t, 1), b.mul(b.mul(x, b.sub(1, square(b, t))), inner)), 0.5);
}
