/** @file Gradients of pools and of resizing. */
import {
  checkGradient,
  checkShapes,
  gradientText,
  gradientsOfSum,
  graphOf,
  randomTensor,
  type Body,
} from '../../testing/index.ts';
import { expect, test } from 'vitest';
import type { PoolOptions } from '../../build/graph-builder.ts';
import type { Value } from '../../build/core-builder.ts';
import { tensorFrom } from '../../ir/tensor.ts';

const WINDOWS: readonly PoolOptions[] = [
  { kernel: [2, 2], strides: [2, 2] },
  { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  { kernel: [3, 3], pads: [1, 1, 1, 1] },
  { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], countIncludePad: true },
  { kernel: [2, 2], strides: [3, 3] },
];

test('AveragePool agrees with central differences for every window', async () => {
  for (const options of WINDOWS)
    for (const size of [6, 7])
      await checkShapes({
        shapes: [{ x: ['batch', 2, size, size] }],
        body: (b, { x }) => b.averagePool(x as Value, options),
        whole: true,
      });
  const tiled = graphOf(
    { x: ['batch', 2, 4, 4] },
    (b, { x }) => b.averagePool(x as Value, { kernel: [2, 2], strides: [2, 2] }),
    { dtype: 'float32' },
  );
  expect(gradientText(tiled)).toMatchInlineSnapshot(`
    "f_gradient(x: float32[batch, 2, 4, 4], y_cotangent: float32[batch, 2, 2, 2]) opset 17
      const_0 = float32[] {0.25}
      const_1 = int64[6] {0, 0, 2, 1, 2, 1}
      const_2 = int64[6] {1, 1, 1, 2, 1, 2}
      const_3 = int64[4] {0, 0, 4, 4}
      AveragePool_0_Grad/Mul_0: float32[batch, 2, 2, 2] = Mul(y_cotangent, const_0)
      AveragePool_0_Grad/Reshape_0: float32[batch, 2, 2, 1, 2, 1] = Reshape(AveragePool_0_Grad/Mul_0, const_1)
      AveragePool_0_Grad/Expand_0: float32[batch, 2, 2, 2, 2, 2] = Expand(AveragePool_0_Grad/Reshape_0, const_2)
      x_grad: float32[batch, 2, 4, 4] = Reshape(AveragePool_0_Grad/Expand_0, const_3)
      -> x_grad: float32[batch, 2, 4, 4]"
  `);
});

test('AveragePool with ceil_mode counts only what is inside', async () => {
  const attributes = { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 };
  await checkShapes({
    shapes: [{ x: ['batch', 2, 5, 5] }],
    body: (b, { x }) => b.op('AveragePool', [x as Value], attributes),
    whole: true,
  });
});

test('AveragePool with ceil_mode, counted pads and dilations agrees with central differences', async () => {
  const check = (attributes: Readonly<Record<string, number | readonly number[]>>, opset = 17) =>
    checkShapes({
      shapes: [{ x: ['batch', 2, 6, 7] }],
      body: (b, { x }) => b.op('AveragePool', [x as Value], attributes),
      opset,
      whole: true,
    });
  const ceil = { kernel_shape: [4, 4], strides: [3, 3], ceil_mode: 1 };
  await check({ ...ceil, pads: [1, 1, 1, 1], count_include_pad: 1 }, 19);
  await check({ ...ceil, pads: [1, 1, 1, 1] });
  await check({ kernel_shape: [2, 2], dilations: [2, 2], strides: [2, 2] }, 19);
  await check({ kernel_shape: [2, 2], dilations: [2, 3], pads: [1, 1, 1, 1] }, 19);
  await check({ kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' } as never);
});

/** onnxruntime has these in float32 only: against central differences, and against the gradient of elementary operators. */
async function checkNormPool(pool: Body, byHand: Body): Promise<void> {
  const shape = { x: [2, 2, 4, 6] };
  const x = randomTensor(shape.x, { dtype: 'float32', low: 0.5, high: 2 });
  const graph = graphOf(shape, pool, { dtype: 'float32' });
  await checkGradient(graph, { feeds: { x } });
  const ours = await gradientsOfSum(graph, { x });
  const elementary = await gradientsOfSum(graphOf(shape, byHand, { dtype: 'float32' }), { x });
  const worst = (ours['x'] ?? []).map((v, at) => Math.abs(v - (elementary['x']?.[at] ?? NaN)));
  expect(Math.max(...worst)).toBeLessThan(2e-6);
}

test('LpPool agrees with central differences and with elementary operators', async () => {
  for (const p of [1, 2, 3])
    await checkNormPool(
      (b, { x }) => b.op('LpPool', [x as Value], { kernel_shape: [2, 2], strides: [2, 2], p }),
      (b, { x }) => {
        const apart = b.reshape(b.abs(x as Value), [0, 0, 2, 2, 3, 2]);
        return b.pow(b.reduceSum(b.pow(apart, p), { axes: [3, 5], keepDims: false }), 1 / p);
      },
    );
  const overlapping = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], p: 2 };
  const graph = graphOf(
    { x: [2, 2, 5, 5] },
    (b, { x }) => b.op('LpPool', [x as Value], overlapping),
    { dtype: 'float32' },
  );
  await checkGradient(graph, { feeds: { x: randomTensor([2, 2, 5, 5], { dtype: 'float32' }) } });
  const zeros = tensorFrom(
    'float32',
    Array.from({ length: 100 }, () => 0),
    [2, 2, 5, 5],
  );
  const { x } = await gradientsOfSum(graph, { x: zeros });
  expect(new Set(x)).toEqual(new Set([0]));
  expect(gradientText(graph)).toMatchInlineSnapshot(`
    "f_gradient(x: float32[2, 2, 5, 5], y_cotangent: float32[2, 2, 3, 3]) opset 17
      const_0 = float32[] {1e-19}
      LpPool_0_Grad/ones = float32[2, 1, 3, 3]
      y: float32[2, 2, 3, 3] = LpPool(x) {kernel_shape=[3, 3], p=2, pads=[1, 1, 1, 1], strides=[2, 2]}
      LpPool_0_Grad/Max_0: float32[2, 2, 3, 3] = Max(y, const_0)
      LpPool_0_Grad/Div_0: float32[2, 2, 3, 3] = Div(y_cotangent, LpPool_0_Grad/Max_0)
      LpPool_0_Grad/ConvTranspose_0: float32[2, 2, 5, 5] = ConvTranspose(LpPool_0_Grad/Div_0, LpPool_0_Grad/ones) {dilations=[1, 1], group=2, kernel_shape=[3, 3], output_padding=[0, 0], pads=[1, 1, 1, 1], strides=[2, 2]}
      x_grad: float32[2, 2, 5, 5] = Mul(x, LpPool_0_Grad/ConvTranspose_0)
      -> x_grad: float32[2, 2, 5, 5]"
  `);
});

test('GlobalLpPool agrees with central differences and with elementary operators', async () => {
  for (const p of [1, 2, 3])
    await checkNormPool(
      (b, { x }) => b.op('GlobalLpPool', [x as Value], { p }),
      (b, { x }) => b.pow(b.reduceSum(b.pow(b.abs(x as Value), p), { axes: [2, 3] }), 1 / p),
    );
  const graph = graphOf({ x: ['batch', 2, 3, 3] }, (b, { x }) =>
    b.op('GlobalLpPool', [x as Value]),
  );
  expect(gradientText(graph)).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 2, 3, 3], y_cotangent: float64[batch, 2, 1, 1]) opset 17
      const_0 = float64[] {1e-154}
      y: float64[batch, 2, 1, 1] = GlobalLpPool(x)
      GlobalLpPool_0_Grad/Max_0: float64[batch, 2, 1, 1] = Max(y, const_0)
      GlobalLpPool_0_Grad/Div_0: float64[batch, 2, 1, 1] = Div(y_cotangent, GlobalLpPool_0_Grad/Max_0)
      x_grad: float64[batch, 2, 3, 3] = Mul(x, GlobalLpPool_0_Grad/Div_0)
      -> x_grad: float64[batch, 2, 3, 3]"
  `);
});

test('MaxPool with dilations, ceil_mode and asked-for indices agrees with central differences', async () => {
  const check = (attributes: Readonly<Record<string, number | readonly number[]>>, outputs = 1) =>
    checkShapes({
      shapes: [{ x: ['batch', 2, 7, 6] }],
      body: (b, { x }) => b.ops('MaxPool', [x as Value], attributes, outputs)[0] as Value,
    });
  await check({ kernel_shape: [2, 2], dilations: [2, 3] });
  await check({ kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 });
  await check({ kernel_shape: [2, 2], strides: [2, 2] }, 2);
  await check({ kernel_shape: [2, 2], strides: [2, 2], storage_order: 1 }, 2);
});

test('MaxPool of float16 adds what overlapping windows give', async () => {
  const body: Body = (b, { x }) =>
    b.cast(b.maxPool(b.cast(x as Value, 'float16'), { kernel: [1, 3] }), 'float32');
  const graph = graphOf({ x: [1, 1, 1, 5] }, body, { dtype: 'float32' });
  const x = tensorFrom('float32', [1, 2, 5, 2, 1], [1, 1, 1, 5]);
  expect((await gradientsOfSum(graph, { x }))['x']).toEqual([0, 0, 3, 0, 0]);
});

test('MaxPool agrees with central differences for every window', async () => {
  for (const options of WINDOWS.slice(0, 3))
    await checkShapes({
      shapes: [{ x: ['batch', 2, 6, 6] }],
      body: (b, { x }) => b.maxPool(x as Value, options),
    });
  expect(
    gradientText(
      graphOf({ x: ['batch', 2, 4, 4] }, (b, { x }) =>
        b.maxPool(x as Value, { kernel: [2, 2], strides: [2, 2] }),
      ),
    ),
  ).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 2, 4, 4], y_cotangent: float64[batch, 2, 2, 2]) opset 17
      const_0 = float64[1] {0}
      const_1 = int64[1] {1}
      const_2 = int64[1] {-1}
      const_3 = int64[4] {-1, 2, 4, 4}
      MaxPool_0_Grad/Size_0: int64[] = Size(x)
      MaxPool_0_Grad/Reshape_0: int64[1] = Reshape(MaxPool_0_Grad/Size_0, const_1)
      MaxPool_0_Grad/Expand_0: float64[32*batch] = Expand(const_0, MaxPool_0_Grad/Reshape_0)
      MaxPool_0_Grad/MaxPool_0: float64[batch, 2, 2, 2], MaxPool_0_Grad/MaxPool_0.1: int64[batch, 2, 2, 2] = MaxPool(x) {kernel_shape=[2, 2], pads=[0, 0, 0, 0], strides=[2, 2]}
      MaxPool_0_Grad/Reshape_1: int64[8*batch] = Reshape(MaxPool_0_Grad/MaxPool_0.1, const_2)
      MaxPool_0_Grad/Reshape_2: float64[8*batch] = Reshape(y_cotangent, const_2)
      MaxPool_0_Grad/ScatterElements_0: float64[32*batch] = ScatterElements(MaxPool_0_Grad/Expand_0, MaxPool_0_Grad/Reshape_1, MaxPool_0_Grad/Reshape_2) {axis=0}
      x_grad: float64[batch, 2, 4, 4] = Reshape(MaxPool_0_Grad/ScatterElements_0, const_3)
      -> x_grad: float64[batch, 2, 4, 4]"
  `);
});

test('MaxPool gives a tie to the first position, also before ScatterElements could add', async () => {
  const pool = (opset: number) =>
    graphOf({ x: [1, 1, 3] }, (b, { x }) => b.maxPool(x as Value, { kernel: [2], strides: [1] }), {
      opset,
    });
  expect(
    await gradientsOfSum(pool(17), { x: tensorFrom('float64', [1, 1, 0], [1, 1, 3]) }),
  ).toEqual({ x: [1, 1, 0] });
  expect(
    await gradientsOfSum(pool(15), { x: tensorFrom('float64', [1, 1, 0], [1, 1, 3]) }),
  ).toEqual({ x: [1, 1, 0] });
  for (const attributes of [
    { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    { kernel_shape: [3, 3], strides: [2, 1], ceil_mode: 1 },
    { kernel_shape: [2, 2], dilations: [2, 3] },
  ])
    await checkShapes({
      shapes: [{ x: ['batch', 2, 7, 6] }],
      body: (b, { x }) => b.op('MaxPool', [x as Value], attributes),
      opset: 13,
    });
});

test('global pools agree with central differences, ties of the maximum shared', async () => {
  await checkShapes({
    shapes: [{ x: ['batch', 2, 3, 3] }, { x: ['batch', 2, 'h', 'w'] }],
    body: (b, { x }) => b.globalAveragePool(x as Value),
    whole: true,
  });
  const largest = graphOf(
    { x: ['batch', 2, 3, 3] },
    (b, { x }) => b.op('GlobalMaxPool', [x as Value]),
    { dtype: 'float32' },
  );
  // Whole numbers far enough apart that a step of 2 changes no order.
  const apart = Array.from({ length: 36 }, (_, at) => ((at * 7) % 36) * 10);
  await checkGradient(largest, {
    feeds: { x: tensorFrom('float32', apart, [2, 2, 3, 3]) },
    whole: true,
  });
  const tied = await gradientsOfSum(largest, {
    x: tensorFrom(
      'float32',
      Array.from({ length: 18 }, (_, at) => (at % 9 < 2 ? 1 : 0)),
      [1, 2, 3, 3],
    ),
  });
  expect(tied['x']?.slice(0, 3)).toEqual([0.5, 0.5, 0]);
  expect(
    gradientText(graphOf({ x: ['batch', 2, 3, 3] }, (b, { x }) => b.globalAveragePool(x as Value))),
  ).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 2, 3, 3], y_cotangent: float64[batch, 2, 1, 1]) opset 17
      const_0 = float64[] {0.1111111}
      const_1 = int64[4] {1, 2, 3, 3}
      GlobalAveragePool_0_Grad/Mul_0: float64[batch, 2, 1, 1] = Mul(y_cotangent, const_0)
      x_grad: float64[batch, 2, 3, 3] = Expand(GlobalAveragePool_0_Grad/Mul_0, const_1)
      -> x_grad: float64[batch, 2, 3, 3]"
  `);
  expect(gradientText(largest)).toMatchInlineSnapshot(`
    "f_gradient(x: float32[batch, 2, 3, 3], y_cotangent: float32[batch, 2, 1, 1]) opset 17
      const_0 = int64[2] {2, 3}
      y: float32[batch, 2, 1, 1] = GlobalMaxPool(x)
      GlobalMaxPool_0_Grad/Equal_0: bool[batch, 2, 3, 3] = Equal(x, y)
      GlobalMaxPool_0_Grad/Cast_0: float32[batch, 2, 3, 3] = Cast(GlobalMaxPool_0_Grad/Equal_0) {to=1}
      GlobalMaxPool_0_Grad/ReduceSum_0: float32[batch, 2, 1, 1] = ReduceSum(GlobalMaxPool_0_Grad/Cast_0, const_0) {keepdims=1}
      GlobalMaxPool_0_Grad/Div_0: float32[batch, 2, 1, 1] = Div(y_cotangent, GlobalMaxPool_0_Grad/ReduceSum_0)
      x_grad: float32[batch, 2, 3, 3] = Mul(GlobalMaxPool_0_Grad/Cast_0, GlobalMaxPool_0_Grad/Div_0)
      -> x_grad: float32[batch, 2, 3, 3]"
  `);
});

test('Resize agrees with central differences up and down, nearest and linear', async () => {
  const modes = [
    ['nearest', 'asymmetric'],
    ['linear', 'half_pixel'],
    ['linear', 'align_corners'],
    ['linear', 'asymmetric'],
    ['linear', 'pytorch_half_pixel'],
  ] as const;
  for (const [mode, coordinates] of modes)
    for (const scale of [2, 1.5, 0.5])
      await checkShapes({
        shapes: [{ x: ['batch', 2, 4, 6] }],
        body: (b, { x }) => b.resize(x as Value, [1, 1, scale, scale], { mode, coordinates }),
        whole: true,
      });
  expect(
    gradientText(
      graphOf({ x: ['batch', 2, 4, 4] }, (b, { x }) => b.resize(x as Value, [1, 1, 2, 2]), {
        dtype: 'float32',
      }),
    ),
  ).toMatchInlineSnapshot(`
    "f_gradient(x: float32[batch, 2, 4, 4], y_cotangent: float32[batch, 2, 8, 8]) opset 17
      const_1 = int64[5] {0, 2, 4, 2, 8}
      const_2 = int64[1] {3}
      const_3 = int64[5] {0, 2, 4, 4, 2}
      const_4 = int64[1] {4}
      Resize_0_Grad/Reshape_0: float32[batch, 2, 4, 2, 8] = Reshape(y_cotangent, const_1)
      Resize_0_Grad/ReduceSum_0: float32[batch, 2, 4, 8] = ReduceSum(Resize_0_Grad/Reshape_0, const_2) {keepdims=0}
      Resize_0_Grad/Reshape_1: float32[batch, 2, 4, 4, 2] = Reshape(Resize_0_Grad/ReduceSum_0, const_3)
      x_grad: float32[batch, 2, 4, 4] = ReduceSum(Resize_0_Grad/Reshape_1, const_4) {keepdims=0}
      -> x_grad: float32[batch, 2, 4, 4]"
  `);
});
