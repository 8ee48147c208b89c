/**
 * @file Gradient of Resize: along each axis y = R x with a fixed matrix R, so dx = Rᵀ dy, axis by axis.
 *
 * Whole-number nearest enlargement (each element repeated) is a sum over the copies; everything else is a matrix product, which covers
 * every interpolation, coordinate mode and antialiasing, up or down. Sizes along resized axes must be fixed.
 */
import type { Value } from '../../build/core-builder.ts';
import { resizeScales } from '../../infer/resize.ts';
import { tensorNumbers } from '../../ir/tensor.ts';
import { transposeAlongAxis } from '../axis-product.ts';
import { resizeMatrix, type ResizeMode } from '../resize-matrix.ts';
import { rule, type VjpContext } from '../rule.ts';

export const Resize = rule(
  'Resize',
  'nearest, linear and cubic in every coordinate mode, with antialias, by the transposed resampling matrices; fixed sizes along resized axes.',
  (c) => [backward(c)],
  {
    nonGradientInputs: [1, 2, 3],
  },
);

function backward(c: VjpContext): Value {
  const mode = c.string('mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear' && mode !== 'cubic')
    return c.fail(`mode ${mode} is unknown`);
  const { axes, scales } = resizeScales(c);
  const roi = c.constant(1);
  const regions = roi ? tensorNumbers(roi) : [];
  const coordinates = c.string('coordinate_transformation_mode', 'half_pixel');
  if (coordinates === 'tf_crop_and_resize' && regions.length !== 2 * axes.length)
    c.fail('its gradient with tf_crop_and_resize needs a constant region (roi)');
  let dx = c.dy;
  axes.forEach((axis, at) => {
    const [from, to] = [c.shape(0)[axis], c.y().shape[axis]];
    const scale = scales?.[at];
    const region = [regions[at] ?? 0, regions[at + axes.length] ?? 1] as const;
    const isWhole = region[0] === 0 && region[1] === 1;
    if (from === to && (scale ?? 1) === 1 && isWhole) return;
    if (typeof from !== 'number' || typeof to !== 'number')
      return c.fail(`its gradient needs a fixed size along axis ${axis}`);
    const options: ResizeMode = {
      mode,
      coordinates,
      nearest: c.string('nearest_mode', 'round_prefer_floor'),
      from,
      to,
      scale: Math.fround(scale ?? to / from),
      isAntialiased: c.int('antialias', 0) === 1,
      cubicA: c.float('cubic_coeff_a', -0.75),
      excludesOutside: c.int('exclude_outside', 0) === 1,
      region,
    };
    const matrix = resizeMatrix(options, (message) => c.fail(message));
    dx = transposeAlongAxis(c.b, dx, { axis, matrix, from, to });
  });
  return dx;
}
