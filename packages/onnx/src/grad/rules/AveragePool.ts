/**
 * @file Gradient of AveragePool: each window's dy / count goes to all its positions.
 *
 * Windows that tile the input are undone by broadcasting; with stride 1 the transpose is a depthwise convolution with ones; everything
 * else is a depthwise ConvTranspose. Windows that reach over the border have fewer positions unless count_include_pad is set: those
 * counts are constants.
 */
import type { Value } from '../../build/core-builder.ts';
import { windowGeometry, type WindowGeometry } from '../../infer/window.ts';
import { createData } from '../../ir/dtype.ts';
import { tensor } from '../../ir/tensor.ts';
import { rule, type VjpContext } from '../rule.ts';

export const AveragePool = rule(
  'AveragePool',
  'dy / count to every position of the window; broadcast, depthwise Conv or ConvTranspose.',
  (c) => {
    const geometry = windowGeometry(c, c.intList('kernel_shape') ?? []);
    const sizes = c.shape(0).slice(2);
    if (sizes.some((size) => typeof size !== 'number'))
      c.fail('its gradient needs a fixed height and width');
    const share = divideByCounts(c, geometry, sizes as readonly number[]);
    return [
      tiles(geometry, sizes)
        ? spreadTiles(c, share, geometry.kernel)
        : overlapping(c, share, geometry),
    ];
  },
);

function divideByCounts(
  c: VjpContext,
  { kernel, strides, pads, output }: WindowGeometry,
  sizes: readonly number[],
): Value {
  const isWhole = c.int('count_include_pad', 0) === 1 || pads.every((pad) => pad === 0);
  if (isWhole && c.int('ceil_mode', 0) === 0)
    return c.b.mul(c.dy, 1 / kernel.reduce((a, b) => a * b, 1));
  if (c.int('count_include_pad', 0) === 1)
    c.fail('its gradient with ceil_mode and count_include_pad together is not taken');
  let inverse = [1];
  kernel.forEach((k, axis) => {
    const along = Array.from({ length: output[axis] as number }, (_, o) => {
      const start = o * (strides[axis] as number) - (pads[axis] as number);
      return 1 / (Math.min(start + k, sizes[axis] as number) - Math.max(start, 0));
    });
    inverse = inverse.flatMap((value) => along.map((factor) => value * factor));
  });
  return c.b.mul(
    c.dy,
    c.b.constant(inverse, { dtype: c.dy.dtype, dims: output as readonly number[] }),
  );
}

function tiles({ kernel, strides, pads }: WindowGeometry, sizes: readonly unknown[]): boolean {
  return (
    pads.every((pad) => pad === 0) &&
    kernel.every((k, axis) => k === strides[axis] && Number(sizes[axis]) % k === 0)
  );
}

/** [N, C, h, w] to [N, C, h·k, w·k], each value repeated over its tile. */
function spreadTiles(c: VjpContext, share: Value, kernel: readonly number[]): Value {
  const sizes = share.shape.slice(2) as number[];
  const apart = c.b.reshape(share, [0, 0, ...sizes.flatMap((size) => [size, 1])]);
  const wide = c.b.expand(apart, [1, 1, ...kernel.flatMap((k) => [1, k])]);
  return c.b.reshape(wide, [0, 0, ...sizes.map((size, axis) => size * (kernel[axis] as number))]);
}

function overlapping(
  c: VjpContext,
  share: Value,
  { kernel, strides, dilations, pads, output }: WindowGeometry,
): Value {
  const channels = c.shape(0)[1];
  if (typeof channels !== 'number')
    return c.fail('its gradient with overlapping windows needs fixed channels');
  const axes = kernel.length;
  const dtype = share.dtype;
  const ones = createData(dtype, channels * kernel.reduce((a, b) => a * b, 1)).fill(1 as never);
  const weight = c.b.initialiser('ones', tensor(dtype, [channels, 1, ...kernel], ones));
  const sizes = c.shape(0).slice(2) as number[];
  // With a full window everywhere the ends are exact; a dropped remainder is filled with zeros, a ceil_mode overhang is cropped.
  const rest = sizes.map(
    (size, axis) =>
      size +
      (pads[axis] as number) +
      (pads[axis + axes] as number) -
      (((output[axis] as number) - 1) * (strides[axis] as number) + (kernel[axis] as number)),
  );
  const ends = rest.map((r, axis) => (pads[axis + axes] as number) + Math.max(0, -r));
  if (strides.every((s) => s === 1) && rest.every((r) => r >= 0)) {
    const mirrored = [...pads].map((pad, at) => (kernel[at % axes] as number) - 1 - pad);
    return c.b.conv(share, weight, null, { pads: mirrored, dilations, group: channels });
  }
  return c.b.convTranspose(share, weight, null, {
    strides,
    dilations,
    pads: [...pads.slice(0, axes), ...ends],
    outputPadding: rest.map((r) => Math.max(0, r)),
    group: channels,
  });
}
