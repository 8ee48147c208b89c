/** @file Gradient of LogSoftmax: dy - softmax(x) · Σ dy, with softmax(x) = exp(y). */
import { rule } from '../rule.ts';

export const LogSoftmax = rule('LogSoftmax', 'dy - exp(y) · Σ dy.', (c) => {
  const { b } = c;
  return [b.sub(c.dy, b.mul(b.exp(c.y()), b.reduceSum(c.dy, { axes: [c.int('axis', -1)] })))];
});
