/**
 * @file Gradient of a convolution with respect to its weights.
 *
 * dw[m, c, k] = Σ over images and positions o of dy[m, o] x[c, o·s - p + k·d]. For each tap k the inputs it met are one strided slice of
 * the padded x; the slices, stacked as [N, C, taps, positions], meet dy in one batched matrix product per image (which onnxruntime fuses
 * with the transpose), summed over the images. Of the forms measured on a CPU (batch and channels swapped in a Conv, one product per
 * tap, channel-first and channel-last rows) this was the fastest or within noise of it: about twice the forward pass.
 */
import type { GraphBuilder } from '../build/graph-builder.ts';
import type { Value } from '../build/core-builder.ts';
import { GradientError } from '../errors.ts';
import type { WindowGeometry } from '../infer/window.ts';
import type { VjpContext } from './rule.ts';

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
  const [channels, outputs] = [input.shape[1], cotangent.shape[1]];
  if (typeof channels !== 'number' || typeof outputs !== 'number')
    return c.fail('the gradient of its weights needs fixed channels');
  const taps = kernelTaps(kernel).map((tap) => takeTap(b, options, tap));
  const columns = taps.length === 1 ? (taps[0] as Value) : b.concat(taps, 2);
  const perGroup = outputs / group;
  const rows = (channels / group) * taps.length;
  const [x, dy] =
    group === 1
      ? [b.reshape(columns, [0, rows, -1]), b.reshape(cotangent, [0, 0, -1])]
      : [groupRows(b, columns, group, rows), groupRows(b, cotangent, group, perGroup)];
  const perm = x.shape.length === 3 ? [0, 2, 1] : [0, 1, 3, 2];
  const perImage = b.matMul(dy, b.transpose(x, perm));
  return b.reshape(b.reduceSum(perImage, { axes: [0], keepDims: false }), [
    outputs,
    channels / group,
    ...kernel,
  ]);
}

/** Every position in the kernel, in row-major order. */
function kernelTaps(kernel: readonly number[]): readonly (readonly number[])[] {
  let taps: readonly (readonly number[])[] = [[]];
  for (const size of kernel)
    taps = taps.flatMap((tap) => Array.from({ length: size }, (_, at) => [...tap, at]));
  return taps;
}

/** What one tap met, [N, C, 1, positions]. */
function takeTap(
  b: GraphBuilder,
  { input, cotangent, kernel, strides, dilations, pads }: WeightGradientOptions,
  tap: readonly number[],
): Value {
  const axes = kernel.length;
  const hasPads = pads.some((pad) => pad !== 0);
  const padded = hasPads
    ? b.pad(input, [0, 0, ...pads.slice(0, axes), 0, 0, ...pads.slice(axes)])
    : input;
  const starts = tap.map((at, axis) => at * (dilations[axis] as number));
  const counts = cotangent.shape.slice(2);
  const isWhole = starts.every(
    (start, axis) => start === 0 && strides[axis] === 1 && padded.shape[axis + 2] === counts[axis],
  );
  const channels = input.shape[1] as number;
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

/** [N, g · rows, ...] as [N, g, rows, positions]. */
function groupRows(b: GraphBuilder, v: Value, group: number, rows: number): Value {
  return b.reshape(v, [0, group, rows, -1]);
}
