/**
 * @file Gradients of Resize in every mode. Resize is linear, so a difference over any step is exact up to rounding, and agreement with
 * onnxruntime's forward pass checks every weight.
 */
import { expect, test } from 'vitest';
import type { AttributeInput } from '../../ir/attribute.ts';
import type { Graph } from '../../ir/graph.ts';
import type { Value } from '../../build/core-builder.ts';
import { checkGradient, gradientText, graphOf, randomTensor } from '../../testing/index.ts';

interface Case {
  readonly attributes: Readonly<Record<string, AttributeInput>>;
  readonly scales?: readonly number[];
  readonly sizes?: readonly number[];
  readonly roi?: readonly number[];
  readonly opset?: number;
}

const SHAPE = [1, 2, 5, 6] as const;

function resized({ attributes, scales, sizes, roi, opset = 19 }: Case): Graph {
  return graphOf(
    { x: SHAPE },
    (b, { x }) => {
      const inputs = [
        x as Value,
        roi ? b.constant(roi) : null,
        scales ? b.constant(scales) : null,
        ...(sizes ? [b.int64(sizes)] : []),
      ];
      return b.op('Resize', inputs, attributes);
    },
    { dtype: 'float32', opset },
  );
}

async function check(options: Case): Promise<void> {
  const x = randomTensor(SHAPE, { dtype: 'float32' });
  await checkGradient(resized(options), { feeds: { x }, step: 1, tolerance: 2e-6, directions: 2 });
}

const COORDINATES = ['asymmetric', 'half_pixel', 'pytorch_half_pixel', 'align_corners'];
const FACTORS = [2, 0.5, 1.7, 0.6];

test('nearest takes the same element as onnxruntime in every coordinate and rounding mode', async () => {
  for (const coordinate_transformation_mode of [...COORDINATES, 'half_pixel_symmetric'])
    for (const nearest_mode of ['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'])
      for (const factor of FACTORS)
        await check({
          attributes: { mode: 'nearest', coordinate_transformation_mode, nearest_mode },
          scales: [1, 1, factor, factor],
        });
});

test('linear and cubic have the weights of onnxruntime in every coordinate mode', async () => {
  for (const mode of ['linear', 'cubic'])
    for (const coordinate_transformation_mode of [...COORDINATES, 'half_pixel_symmetric'])
      for (const factor of FACTORS)
        await check({
          attributes: { mode, coordinate_transformation_mode },
          scales: [1, 1, factor, factor],
        });
});

test('cubic takes its coefficient and leaves out what is outside when told so', async () => {
  for (const factor of FACTORS)
    await check({
      attributes: { mode: 'cubic', cubic_coeff_a: -0.5, exclude_outside: 1 },
      scales: [1, 1, factor, factor],
    });
});

test('antialiased kernels widen when an axis shrinks', async () => {
  for (const mode of ['linear', 'cubic'])
    for (const exclude_outside of [0, 1])
      for (const factor of [0.6, 0.4, 1.7])
        await check({
          attributes: { mode, antialias: 1, exclude_outside },
          scales: [1, 1, factor, factor],
        });
});

test('sizes, chosen axes and a kept aspect ratio are understood', async () => {
  await check({ attributes: { mode: 'linear' }, sizes: [1, 2, 7, 4] });
  await check({ attributes: { mode: 'linear' }, sizes: [1, 2, 8, 9], opset: 13 });
  await check({ attributes: { mode: 'linear', axes: [2, 3] }, sizes: [3, 9] });
  for (const keep_aspect_ratio_policy of ['not_larger', 'not_smaller'])
    await check({
      attributes: { mode: 'linear', axes: [2, 3], keep_aspect_ratio_policy },
      sizes: [7, 7],
    });
});

test('tf_crop_and_resize reads its region, and nothing flows from outside the image', async () => {
  const region = [0, 0, 0.1, -0.2, 1, 1, 0.8, 1.3];
  for (const mode of ['linear', 'nearest'])
    await check({
      attributes: { mode, coordinate_transformation_mode: 'tf_crop_and_resize' },
      sizes: [1, 2, 4, 7],
      roi: region,
    });
});

test('cubic enlargement prints as two matrix products', () => {
  const graph = resized({ attributes: { mode: 'cubic' }, scales: [1, 1, 2, 2] });
  const text = gradientText(graph).replaceAll(/\{[-0-9., …]+\}/g, '{…}');
  expect(text).toMatchInlineSnapshot(`
    "f_gradient(x: float32[1, 2, 5, 6], y_cotangent: float32[1, 2, 10, 12]) opset 19
      const_1 = float32[10, 5]
      const_2 = float32[12, 6]
      Resize_0_Grad/Transpose_0: float32[5, 10] = Transpose(const_1) {perm=[1, 0]}
      Resize_0_Grad/MatMul_0: float32[1, 2, 5, 12] = MatMul(Resize_0_Grad/Transpose_0, y_cotangent)
      x_grad: float32[1, 2, 5, 6] = MatMul(Resize_0_Grad/MatMul_0, const_2)
      -> x_grad: float32[1, 2, 5, 6]"
  `);
});

test('an unknown mode and an open size are refused by name', () => {
  const unknown = resized({ attributes: { mode: 'lanczos' }, scales: [1, 1, 2, 2] });
  expect(() => gradientText(unknown)).toThrow(/Resize 'Resize_0': mode lanczos is unknown/);
  const open = graphOf({ x: [1, 2, 'h', 6] }, (b, { x }) => b.resize(x as Value, [1, 1, 2, 2]), {
    dtype: 'float32',
  });
  expect(() => gradientText(open)).toThrow(/needs a fixed size along axis 2/);
});
