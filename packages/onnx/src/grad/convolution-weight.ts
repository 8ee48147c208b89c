/**
 * @file Gradient of a convolution with respect to its weights.
 *
 * dw[m, c, k] = Σ over images and positions o of dy[m, o] x[c, o·s - p + k·d]. Two forms, by what was measured on a CPU:
 *
 * Many positions, groups, or sizes that only the run knows: for each tap k the inputs it met are one strided slice of the padded x; the
 * slices, stacked as [N, C, taps, positions], meet dy in one batched matrix product per image (which onnxruntime fuses with the
 * transpose), summed over the images. About the cost of the forward pass with the same run-time weights.
 *
 * Few positions: products per image get small and their sum large, so rows of channels are gathered for all images at once and meet dy in
 * one product; twice as fast at 8x8 and below.
 *
 * Slower in every case: Conv with batch and channels swapped, one product per tap, channel-first rows.
 */
import type { GraphBuilder } from '../build/graph-builder.ts';
import type { Value } from '../build/core-builder.ts';
import { elementCount } from '../ir/dim.ts';
import { GradientError } from '../errors.ts';
import type { WindowGeometry } from '../infer/window.ts';
import type { VjpContext } from './rule.ts';

/** Output positions per image up to which gathered rows beat slices. */
const MAX_ROW_POSITIONS = 256;

/** A slice end beyond any size. */
const TO_THE_END = 2 ** 62;

export interface WeightGradientOptions extends Pick<
  WindowGeometry,
  'kernel' | 'strides' | 'dilations' | 'pads'
> {
  /** [N, C, ...] what the kernel slides over. */
  readonly input: Value;
  /** [N, M, ...] the cotangent of what it gives. */
  readonly cotangent: Value;
  readonly group: number;
}

/** dw [M, C/g, k...]. */
export function convWeightGradient(c: VjpContext, options: WeightGradientOptions): Value {
  const { b } = c;
  const { input, cotangent, kernel, group } = options;
  const outputs = cotangent.shape[1];
  const perInputGroup = c.shape(1)[1];
  const positions = elementCount(cotangent.shape.slice(2));
  const isFixed = typeof input.shape[1] === 'number' && typeof outputs === 'number';
  // Weights per image of a batch that only the run knows, in as many groups: the number of channels is left to the run.
  if (typeof perInputGroup !== 'number' || (!isFixed && (group === 1 || positions === undefined)))
    return c.fail('the gradient of its weights needs fixed channels');
  const isSmall =
    elementCount(input.shape.slice(2)) !== undefined &&
    (positions ?? Infinity) <= MAX_ROW_POSITIONS;
  const padded = padInput(b, options);
  if (group === 1 && isSmall) return byRows(b, options, padded);
  const taps = boxPositions(kernel).map((tap) => takeTap(b, options, padded, tap));
  const columns = taps.length === 1 ? (taps[0] as Value) : b.concat(taps, 2);
  const rows = perInputGroup * taps.length;
  const perGroup = typeof outputs === 'number' ? outputs / group : -1;
  const [x, dy] =
    group === 1
      ? [b.reshape(columns, [0, rows, -1]), b.reshape(cotangent, [0, 0, -1])]
      : [
          b.reshape(columns, [0, group, rows, -1]),
          b.reshape(cotangent, [0, group, perGroup, perGroup === -1 ? (positions as number) : -1]),
        ];
  const perm = x.shape.length === 3 ? [0, 2, 1] : [0, 1, 3, 2];
  const perImage = b.matMul(dy, b.transpose(x, perm));
  return b.reshape(b.reduceSum(perImage, { axes: [0], keepDims: false }), [
    typeof outputs === 'number' ? outputs : -1,
    perInputGroup,
    ...kernel,
  ]);
}

/** Every position in a box of this size, in row-major order. */
function boxPositions(box: readonly number[]): readonly (readonly number[])[] {
  let taps: readonly (readonly number[])[] = [[]];
  for (const size of box)
    taps = taps.flatMap((tap) => Array.from({ length: size }, (_, at) => [...tap, at]));
  return taps;
}

function padInput(b: GraphBuilder, { input, kernel, pads }: WeightGradientOptions): Value {
  const axes = kernel.length;
  if (pads.every((pad) => pad === 0)) return input;
  return b.pad(input, [0, 0, ...pads.slice(0, axes), 0, 0, ...pads.slice(axes)]);
}

/** All images at once: [M, N · positions] · [N · positions, taps · C], where each row of taps is gathered from channel-last x. */
function byRows(b: GraphBuilder, options: WeightGradientOptions, padded: Value): Value {
  const { cotangent, kernel } = options;
  const [channels, outputs] = [padded.shape[1] as number, cotangent.shape[1] as number];
  const spatial = kernel.map((_, axis) => axis + 2);
  const taps = kernel.reduce((a, size) => a * size, 1);
  const pixels = b.reshape(b.transpose(padded, [0, ...spatial, 1]), [0, -1, channels]);
  const met =
    taps === 1 && padded.shape.slice(2).every((size, axis) => size === cotangent.shape[axis + 2])
      ? pixels
      : b.gather(pixels, rowsMet(options, padded), 1);
  const columns = b.reshape(met, [-1, taps * channels]);
  const dy = b.reshape(b.transpose(cotangent, [0, ...spatial, 1]), [-1, outputs]);
  const product = b.reshape(b.gemm(dy, columns, null, { transA: true }), [
    outputs,
    ...kernel,
    channels,
  ]);
  return b.transpose(product, [0, spatial.length + 1, ...kernel.map((_, axis) => axis + 1)]);
}

/** For each position, then each tap: the pixel of the padded input that it meets. */
function rowsMet(
  { cotangent, kernel, strides, dilations }: WeightGradientOptions,
  padded: Value,
): readonly number[] {
  const taps = boxPositions(kernel);
  return boxPositions(cotangent.shape.slice(2) as number[]).flatMap((position) =>
    taps.map((tap) =>
      tap.reduce((pixel, at, axis) => {
        const along =
          (position[axis] as number) * (strides[axis] as number) + at * (dilations[axis] as number);
        return pixel * (padded.shape[axis + 2] as number) + along;
      }, 0),
    ),
  );
}

/** What one tap met, [N, C, 1, positions]. */
function takeTap(
  b: GraphBuilder,
  { input, cotangent, kernel, strides, dilations }: WeightGradientOptions,
  padded: Value,
  tap: readonly number[],
): Value {
  const starts = tap.map((at, axis) => at * (dilations[axis] as number));
  const counts = cotangent.shape.slice(2);
  const isWhole = starts.every(
    (start, axis) => start === 0 && strides[axis] === 1 && padded.shape[axis + 2] === counts[axis],
  );
  const channels = typeof input.shape[1] === 'number' ? input.shape[1] : 0;
  if (isWhole) return b.reshape(padded, [0, channels, 1, -1]);
  const ends = starts.map((start, axis) => {
    const [count, stride] = [counts[axis], strides[axis] as number];
    if (typeof count === 'number') return start + (count - 1) * stride + 1;
    // A size that only the run knows: with stride 1 the end is as far from the border as the taps that follow.
    if (stride !== 1)
      throw new GradientError('The gradient of strided weights needs a fixed height and width.');
    const rest = ((kernel[axis] as number) - 1) * (dilations[axis] as number) - start;
    return rest === 0 ? TO_THE_END : -rest;
  });
  const axesFrom2 = starts.map((_, axis) => axis + 2);
  const taken = b.op('Slice', [
    padded,
    b.int64(starts),
    b.int64(ends),
    b.int64(axesFrom2),
    b.int64(strides),
  ]);
  return b.reshape(taken, [0, channels, 1, -1]);
}
