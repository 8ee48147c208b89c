/**
 * @file Gradient of AveragePool: each window's dy / count goes to all its positions.
 *
 * Windows that tile the input are undone by broadcasting; with stride 1 the transpose is a depthwise convolution with ones; everything
 * else is a depthwise ConvTranspose. Windows that reach over the border have fewer positions unless count_include_pad is set: those
 * counts are constants.
 */
import type { Value } from '../../build/core-builder.ts';
import { windowGeometry, type WindowGeometry } from '../../infer/window.ts';
import { rule, type VjpContext } from '../rule.ts';
import { fixedSpatial, spreadOverWindows } from '../window-sum.ts';

export const AveragePool = rule(
  'AveragePool',
  'dy / count to every position of the window; broadcast, depthwise Conv or ConvTranspose.',
  (c) => {
    const geometry = windowGeometry(c, c.intList('kernel_shape') ?? []);
    const share = divideByCounts(c, geometry, fixedSpatial(c));
    return [spreadOverWindows(c, share, geometry)];
  },
);

function divideByCounts(
  c: VjpContext,
  { kernel, strides, dilations, pads, output }: WindowGeometry,
  sizes: readonly number[],
): Value {
  const includesPads = c.int('count_include_pad', 0) === 1;
  const isWhole = includesPads || pads.every((pad) => pad === 0);
  if (isWhole && c.int('ceil_mode', 0) === 0)
    return c.b.mul(c.dy, 1 / kernel.reduce((a, b) => a * b, 1));
  let inverse = [1];
  kernel.forEach((taps, axis) => {
    const [before, after] = [pads[axis] as number, pads[axis + kernel.length] as number];
    // Positions from the first padded one to the last; without the pads if they do not count.
    const [first, last] = includesPads
      ? [-before, (sizes[axis] as number) + after - 1]
      : [0, (sizes[axis] as number) - 1];
    const along = Array.from({ length: output[axis] as number }, (_, o) => {
      const start = o * (strides[axis] as number) - before;
      const met = Array.from(
        { length: taps },
        (_, tap) => start + tap * (dilations[axis] as number),
      );
      return 1 / met.filter((position) => position >= first && position <= last).length;
    });
    inverse = inverse.flatMap((value) => along.map((factor) => value * factor));
  });
  return c.b.mul(
    c.dy,
    c.b.constant(inverse, { dtype: c.dy.dtype, dims: output as readonly number[] }),
  );
}
