/**
 * @file Gradient of LRN: y = x · s^-β with s = bias + α / size · W x², W the sum over a window of channels.
 *
 * dx = dy · s^-β - 2 α β / size · x · Wᵀ (dy · x · s^(-β-1)). W is a banded matrix of 0 and 1 over the channels, so that windows cut off
 * at the first and last channel, and the one-sided reach of even sizes, come out exactly; the product with it is small next to a Conv.
 */
import type { Value } from '../../build/core-builder.ts';
import { rule, type VjpContext } from '../rule.ts';
import { square } from '../parts.ts';

export const LRN = rule(
  'LRN',
  'dx = dy · s^-β - 2αβ/size · x · Wᵀ(dy · x · s^(-β-1)), W the window over channels; needs fixed channels.',
  (c) => {
    const { b } = c;
    const size = c.int('size', 1);
    const [alpha, beta] = [c.float('alpha', 1e-4) / size, c.float('beta', 0.75)];
    const rows = (v: Value): Value => b.reshape(v, [0, 0, -1]);
    const [x, dy] = [rows(c.x(0)), rows(c.dy)];
    const window = channelWindow(c, size);
    const s = b.add(b.mul(b.matMul(window, square(b, x)), alpha), c.float('bias', 1));
    const scaled = b.mul(dy, b.pow(s, -beta));
    const through = b.matMul(b.transpose(window, [1, 0]), b.div(b.mul(scaled, x), s));
    return [c.reshapeLike(b.sub(scaled, b.mul(b.mul(x, through), 2 * alpha * beta)), 0)];
  },
);

/** [C, C]: row c is 1 at the channels of its window, from c - floor((size - 1) / 2) to c + ceil((size - 1) / 2). */
function channelWindow(c: VjpContext, size: number): Value {
  const channels = c.shape(0)[1];
  if (typeof channels !== 'number') return c.fail('its gradient needs fixed channels');
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const matrix = Array.from({ length: channels * channels }, (_, at) => {
    const offset = (at % channels) - Math.floor(at / channels);
    return offset >= -before && offset <= after ? 1 : 0;
  });
  return c.b.constant(matrix, { dtype: c.dy.dtype, dims: [channels, channels] });
}
