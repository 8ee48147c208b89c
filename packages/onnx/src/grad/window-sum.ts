/**
 * @file The transpose of a sum over windows, for the gradients of pools: each window's value goes to all its positions.
 *
 * Windows that tile the input are undone by broadcasting; with stride 1 the transpose is a depthwise convolution with ones; everything
 * else is a depthwise ConvTranspose.
 */
import type { Value } from '../build/core-builder.ts';
import type { WindowGeometry } from '../infer/window.ts';
import { createData } from '../ir/dtype.ts';
import { tensor } from '../ir/tensor.ts';
import { tinyNorm } from './parts.ts';
import type { VjpContext } from './rule.ts';

/** Height, width, … of input 0 as numbers. */
export function fixedSpatial(c: VjpContext): readonly number[] {
  const sizes = c.shape(0).slice(2);
  return sizes.every((size) => typeof size === 'number')
    ? sizes
    : c.fail('its gradient needs a fixed height and width');
}

/** v with one value per window, to the shape of input 0: each position gets the sum of its windows. */
export function spreadOverWindows(c: VjpContext, v: Value, geometry: WindowGeometry): Value {
  const sizes = fixedSpatial(c);
  return tiles(geometry, sizes) ? spreadTiles(c, v, geometry.kernel) : overlapping(c, v, geometry);
}

/** The gradient of y = (Σ |x|^p)^(1/p), where `spread` is the transpose of the sum. Never divides by a norm of 0. */
export function normGradient(c: VjpContext, spread: (v: Value) => Value): Value {
  const { b } = c;
  const power = c.int('p', 2);
  const [x, y] = [c.x(0), b.max(c.y(), tinyNorm(c.dy.dtype))];
  if (power === 1) return b.mul(b.sign(x), spread(c.dy));
  if (power === 2) return b.mul(x, spread(b.div(c.dy, y)));
  const steep = b.mul(b.sign(x), b.pow(b.abs(x), power - 1));
  // 0 / 0 is kept off in two steps: y^(p-1) of a tiny norm would vanish.
  return b.mul(steep, spread(b.div(c.dy, b.max(b.pow(y, power - 1), tinyNorm(c.dy.dtype)))));
}

function tiles(
  { kernel, strides, dilations, pads }: WindowGeometry,
  sizes: readonly number[],
): boolean {
  return (
    dilations.every((d) => d === 1) &&
    pads.every((pad) => pad === 0) &&
    kernel.every((k, axis) => k === strides[axis] && (sizes[axis] as number) % k === 0)
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
  const reach = (axis: number): number =>
    ((kernel[axis] as number) - 1) * (dilations[axis] as number) + 1;
  // With a full window everywhere the ends are exact; a dropped remainder is filled with zeros, a ceil_mode overhang is cropped.
  const rest = sizes.map(
    (size, axis) =>
      size +
      (pads[axis] as number) +
      (pads[axis + axes] as number) -
      (((output[axis] as number) - 1) * (strides[axis] as number) + reach(axis)),
  );
  const ends = rest.map((r, axis) => (pads[axis + axes] as number) + Math.max(0, -r));
  if (strides.every((s) => s === 1) && rest.every((r) => r >= 0)) {
    const mirrored = [...pads].map((pad, at) => reach(at % axes) - 1 - pad);
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
