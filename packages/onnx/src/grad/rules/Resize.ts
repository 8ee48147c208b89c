/**
 * @file Gradient of Resize: along each axis y = R x with a fixed matrix R, so dx = Rᵀ dy, axis by axis.
 *
 * Whole-number nearest enlargement (each element repeated) is a sum over the copies; everything else is a matrix product, which covers
 * linear and nearest in every usual coordinate mode, up or down.
 */
import type { Value } from '../../build/core-builder.ts';
import { tensorNumbers } from '../../ir/tensor.ts';
import { resizeMatrix, type ResizeMode } from '../resize-matrix.ts';
import { rule, type VjpContext } from '../rule.ts';

export const Resize = rule(
  'Resize',
  'nearest and linear by the transposed resampling matrices; fixed sizes along resized axes.',
  (c) => [backward(c)],
  {
    nonGradientInputs: [1, 2, 3],
  },
);

function backward(c: VjpContext): Value {
  const mode = c.string('mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear')
    return c.fail(`its gradient is there for modes nearest and linear, not ${mode}`);
  if (c.int('antialias', 0) === 1)
    c.fail('its gradient with antialias is not taken; use two matrix products instead');
  const scales = c.constant(2);
  const factors = scales && scales.data.length > 0 ? tensorNumbers(scales) : undefined;
  const rank = c.shape(0).length;
  const axes =
    c.intList('axes')?.map((axis) => c.axis(axis, rank)) ??
    Array.from({ length: rank }, (_, axis) => axis);
  let dx = c.dy;
  axes.forEach((axis, at) => {
    const [from, to] = [c.shape(0)[axis], c.y().shape[axis]];
    if (from === to && (factors?.[at] ?? 1) === 1) return;
    if (typeof from !== 'number' || typeof to !== 'number')
      return c.fail(`its gradient needs a fixed size along axis ${axis}`);
    const options: ResizeMode = {
      mode,
      coordinates: c.string('coordinate_transformation_mode', 'half_pixel'),
      nearest: c.string('nearest_mode', 'round_prefer_floor'),
      from,
      to,
      scale: factors?.[at] ?? to / from,
    };
    dx = alongAxis(
      c,
      dx,
      axis,
      resizeMatrix(options, (message) => c.fail(message)),
      options,
    );
  });
  return dx;
}

function alongAxis(
  c: VjpContext,
  dy: Value,
  axis: number,
  matrix: Float64Array,
  { from, to, mode }: ResizeMode,
): Value {
  const { b } = c;
  const copies = to / from;
  if (mode === 'nearest' && Number.isInteger(copies) && isRepeat(matrix, from, copies)) {
    const dims = dy.shape
      .toSpliced(axis, 1, from, copies)
      .map((d, at) => (typeof d === 'number' ? d : at < axis ? 0 : -1));
    return b.reduceSum(b.reshape(dy, dims), { axes: [axis + 1], keepDims: false });
  }
  const weights = b.constant([...matrix], { dtype: dy.dtype, dims: [to, from] });
  const last = dy.shape.length - 1;
  if (axis === last) return b.matMul(dy, weights);
  const perm = dy.shape.map((_, at) => (at === axis ? last : at === last ? axis : at));
  if (axis === last - 1) return b.matMul(b.transpose(weights, [1, 0]), dy);
  return b.transpose(b.matMul(b.transpose(dy, perm), weights), perm);
}

function isRepeat(matrix: Float64Array, from: number, copies: number): boolean {
  for (let row = 0; row < from * copies; row += 1)
    if (matrix[row * from + Math.floor(row / copies)] !== 1) return false;
  return true;
}
