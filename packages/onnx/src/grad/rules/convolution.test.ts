/** @file Gradients of convolutions and normalisations. */
import {
  checkGradient,
  checkShapes,
  gradientText,
  graphOf,
  randomTensor,
} from '../../testing/index.ts';
import { expect, test } from 'vitest';
import { differentiate } from '../engine.ts';
import { tensorFrom } from '../../ir/tensor.ts';
import type { GraphBuilder, WindowAttributes } from '../../build/graph-builder.ts';
import type { Value } from '../../build/core-builder.ts';

/*
 * onnxruntime has no float64 Conv. A convolution is linear in each input, and with whole numbers all sums are exact in float32, so that
 * central differences with step 1 must agree to the last digit (the tolerance is for pools, which divide).
 */
type Values = Readonly<Record<string, Value>>;

interface Case {
  readonly k: number;
  readonly s: number;
  readonly p: number;
  readonly d?: number;
  readonly g?: number;
}

const CASES: readonly Case[] = [
  { k: 3, s: 1, p: 1 },
  { k: 3, s: 2, p: 1 },
  { k: 1, s: 1, p: 0 },
  { k: 1, s: 2, p: 0 },
  { k: 3, s: 1, p: 0 },
  { k: 3, s: 2, p: 0 },
  { k: 3, s: 1, p: 2, d: 2 },
  { k: 3, s: 2, p: 2, d: 2 },
  { k: 4, s: 2, p: 1 },
  { k: 5, s: 3, p: 2 },
  { k: 7, s: 2, p: 3 },
  { k: 3, s: 1, p: 3 },
  { k: 3, s: 1, p: 1, g: 2 },
  { k: 3, s: 2, p: 1, g: 4 },
];

function attributes({ s, p, d = 1, g = 1 }: Case): WindowAttributes & { readonly group: number } {
  return { strides: [s, s], pads: [p, p, p, p], dilations: [d, d], group: g };
}

function body(options: WindowAttributes & { readonly group?: number }) {
  return (b: GraphBuilder, { x, w, bias }: Values) =>
    b.conv(x as Value, w as Value, bias ?? null, options);
}

function weighted(
  options: WindowAttributes & { readonly group?: number },
  dims: readonly number[],
  size: number,
) {
  return graphOf(
    { x: ['batch', 4, size, size] },
    (b, { x }) =>
      b.conv(
        x as Value,
        b.initialiser('w', randomTensor(dims, { dtype: 'float32', whole: true })),
        null,
        options,
      ),
    { dtype: 'float32' },
  );
}

test('Conv has exact gradients to input, weight and bias for every stride, dilation, padding and group', async () => {
  for (const each of CASES)
    for (const size of [6, 7, 8]) {
      const outputs = each.g === 4 ? 4 : 2;
      const shapes = [
        {
          x: ['batch', 4, size, size],
          w: [outputs, 4 / (each.g ?? 1), each.k, each.k],
          bias: [outputs],
        },
      ];
      await checkShapes({ shapes, body: body(attributes(each)), whole: true });
    }
});

test('weights of a Conv with many positions have exact gradients in the per-image form', async () => {
  const text = gradientText(
    graphOf({ x: ['batch', 2, 18, 17], w: [3, 2, 3, 3] }, body({ pads: [1, 1, 1, 1] }), {
      dtype: 'float32',
    }),
    ['w'],
  );
  expect(text).toContain('ReduceSum');
  for (const each of CASES.slice(0, 8))
    await checkShapes({
      shapes: [{ x: ['batch', 4, 35, 34], w: [2, 4, each.k, each.k] }],
      body: body(attributes(each)),
      whole: true,
    });
});

test('Conv takes one axis, uneven pads and symbolic sizes', async () => {
  await checkShapes({
    shapes: [{ x: ['batch', 2, 6], w: [3, 2, 3] }],
    body: body({ strides: [2], pads: [1, 1] }),
    whole: true,
  });
  await checkShapes({
    shapes: [{ x: ['batch', 2, 6, 5], w: [3, 2, 3, 2] }],
    body: body({ strides: [2, 1], pads: [0, 1, 1, 0] }),
    whole: true,
  });
  await checkShapes({
    shapes: [{ x: ['batch', 2, 'h', 'w'], w: [3, 2, 3, 3] }],
    body: body({ pads: [1, 1, 1, 1] }),
    whole: true,
  });
});

test('constant weights are flipped once, and dx of stride 2 is made of phases', async () => {
  const stride1 = weighted({ pads: [1, 1, 1, 1] }, [8, 4, 3, 3], 6);
  const stride2 = weighted({ strides: [2, 2], pads: [1, 1, 1, 1] }, [8, 4, 3, 3], 6);
  const grouped = weighted({ strides: [2, 2], pads: [1, 1, 1, 1], group: 2 }, [8, 2, 3, 3], 6);
  expect(gradientText(stride1)).toMatchInlineSnapshot(`
    "f_gradient(x: float32[batch, 4, 6, 6], y_cotangent: float32[batch, 8, 6, 6]) opset 17
      Conv_0_Grad/w_flipped_0_0 = float32[4, 8, 3, 3]
      x_grad: float32[batch, 4, 6, 6] = Conv(y_cotangent, Conv_0_Grad/w_flipped_0_0) {dilations=[1, 1], group=1, kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1]}
      -> x_grad: float32[batch, 4, 6, 6]"
  `);
  expect(gradientText(stride2)).toMatchInlineSnapshot(`
    "f_gradient(x: float32[batch, 4, 6, 6], y_cotangent: float32[batch, 8, 3, 3]) opset 17
      Conv_0_Grad/w_flipped_1_1 = float32[4, 8, 1, 1]
      Conv_0_Grad/w_flipped_1_0 = float32[4, 8, 1, 2]
      const_0 = int64[1] {4}
      const_1 = int64[4] {0, 0, 3, 6}
      Conv_0_Grad/w_flipped_0_1 = float32[4, 8, 2, 1]
      Conv_0_Grad/w_flipped_0_0 = float32[4, 8, 2, 2]
      const_2 = int64[1] {3}
      const_3 = int64[4] {0, 0, 6, 6}
      Conv_0_Grad/Conv_0: float32[batch, 4, 3, 3] = Conv(y_cotangent, Conv_0_Grad/w_flipped_1_1) {dilations=[1, 1], group=1, kernel_shape=[1, 1], pads=[0, 0, 0, 0], strides=[1, 1]}
      Conv_0_Grad/Conv_1: float32[batch, 4, 3, 3] = Conv(y_cotangent, Conv_0_Grad/w_flipped_1_0) {dilations=[1, 1], group=1, kernel_shape=[1, 2], pads=[0, 0, 0, 1], strides=[1, 1]}
      Conv_0_Grad/Unsqueeze_0: float32[batch, 4, 3, 3, 1] = Unsqueeze(Conv_0_Grad/Conv_0, const_0)
      Conv_0_Grad/Unsqueeze_1: float32[batch, 4, 3, 3, 1] = Unsqueeze(Conv_0_Grad/Conv_1, const_0)
      Conv_0_Grad/Concat_0: float32[batch, 4, 3, 3, 2] = Concat(Conv_0_Grad/Unsqueeze_0, Conv_0_Grad/Unsqueeze_1) {axis=4}
      Conv_0_Grad/Reshape_0: float32[batch, 4, 3, 6] = Reshape(Conv_0_Grad/Concat_0, const_1)
      Conv_0_Grad/Conv_2: float32[batch, 4, 3, 3] = Conv(y_cotangent, Conv_0_Grad/w_flipped_0_1) {dilations=[1, 1], group=1, kernel_shape=[2, 1], pads=[0, 0, 1, 0], strides=[1, 1]}
      Conv_0_Grad/Conv_3: float32[batch, 4, 3, 3] = Conv(y_cotangent, Conv_0_Grad/w_flipped_0_0) {dilations=[1, 1], group=1, kernel_shape=[2, 2], pads=[0, 0, 1, 1], strides=[1, 1]}
      Conv_0_Grad/Unsqueeze_2: float32[batch, 4, 3, 3, 1] = Unsqueeze(Conv_0_Grad/Conv_2, const_0)
      Conv_0_Grad/Unsqueeze_3: float32[batch, 4, 3, 3, 1] = Unsqueeze(Conv_0_Grad/Conv_3, const_0)
      Conv_0_Grad/Concat_1: float32[batch, 4, 3, 3, 2] = Concat(Conv_0_Grad/Unsqueeze_2, Conv_0_Grad/Unsqueeze_3) {axis=4}
      Conv_0_Grad/Reshape_1: float32[batch, 4, 3, 6] = Reshape(Conv_0_Grad/Concat_1, const_1)
      Conv_0_Grad/Unsqueeze_4: float32[batch, 4, 3, 1, 6] = Unsqueeze(Conv_0_Grad/Reshape_0, const_2)
      Conv_0_Grad/Unsqueeze_5: float32[batch, 4, 3, 1, 6] = Unsqueeze(Conv_0_Grad/Reshape_1, const_2)
      Conv_0_Grad/Concat_2: float32[batch, 4, 3, 2, 6] = Concat(Conv_0_Grad/Unsqueeze_4, Conv_0_Grad/Unsqueeze_5) {axis=3}
      x_grad: float32[batch, 4, 6, 6] = Reshape(Conv_0_Grad/Concat_2, const_3)
      -> x_grad: float32[batch, 4, 6, 6]"
  `);
  for (const graph of [stride1, stride2, grouped])
    await checkGradient(graph, {
      feeds: { x: randomTensor([2, 4, 6, 6], { dtype: 'float32', whole: true }) },
      whole: true,
    });
});

test('the gradients by computed weights print as expected', () => {
  const graph = graphOf({ x: ['batch', 4, 6, 6], w: [8, 4, 3, 3] }, body({ pads: [1, 1, 1, 1] }), {
    dtype: 'float32',
  });
  expect(gradientText(graph)).toMatchInlineSnapshot(`
    "f_gradient(x: float32[batch, 4, 6, 6], w: float32[8, 4, 3, 3], y_cotangent: float32[batch, 8, 6, 6]) opset 17
      const_0 = int64[1] {2}
      const_1 = int64[1] {-4611686018427388000}
      const_2 = int64[1] {-1}
      const_3 = int64[1] {3}
      const_4 = int64[8] {0, 0, 1, 1, 0, 0, 1, 1}
      const_5 = float32[] {0}
      const_6 = int64[3] {0, -1, 4}
      const_7 = int64[324]
      const_8 = int64[2] {-1, 36}
      const_9 = int64[2] {-1, 8}
      const_10 = int64[4] {8, 3, 3, 4}
      Conv_0_Grad/Slice_0: float32[8, 4, 3, 3] = Slice(w, const_0, const_1, const_0, const_2)
      Conv_0_Grad/Slice_1: float32[8, 4, 3, 3] = Slice(Conv_0_Grad/Slice_0, const_0, const_1, const_3, const_2)
      Conv_0_Grad/Transpose_0: float32[4, 8, 3, 3] = Transpose(Conv_0_Grad/Slice_1) {perm=[1, 0, 2, 3]}
      x_grad: float32[batch, 4, 6, 6] = Conv(y_cotangent, Conv_0_Grad/Transpose_0) {dilations=[1, 1], group=1, kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1]}
      Conv_0_Grad/Pad_0: float32[batch, 4, 8, 8] = Pad(x, const_4, const_5) {mode=constant}
      Conv_0_Grad/Transpose_1: float32[batch, 8, 8, 4] = Transpose(Conv_0_Grad/Pad_0) {perm=[0, 2, 3, 1]}
      Conv_0_Grad/Reshape_0: float32[batch, 64, 4] = Reshape(Conv_0_Grad/Transpose_1, const_6)
      Conv_0_Grad/Gather_0: float32[batch, 324, 4] = Gather(Conv_0_Grad/Reshape_0, const_7) {axis=1}
      Conv_0_Grad/Reshape_1: float32[36*batch, 36] = Reshape(Conv_0_Grad/Gather_0, const_8)
      Conv_0_Grad/Transpose_2: float32[batch, 6, 6, 8] = Transpose(y_cotangent) {perm=[0, 2, 3, 1]}
      Conv_0_Grad/Reshape_2: float32[36*batch, 8] = Reshape(Conv_0_Grad/Transpose_2, const_9)
      Conv_0_Grad/Gemm_0: float32[8, 36] = Gemm(Conv_0_Grad/Reshape_2, Conv_0_Grad/Reshape_1) {transA=1}
      Conv_0_Grad/Reshape_3: float32[8, 3, 3, 4] = Reshape(Conv_0_Grad/Gemm_0, const_10)
      w_grad: float32[8, 4, 3, 3] = Transpose(Conv_0_Grad/Reshape_3) {perm=[0, 3, 1, 2]}
      -> x_grad: float32[batch, 4, 6, 6], w_grad: float32[8, 4, 3, 3]"
  `);
});

test('ConvTranspose takes output_padding, output_shape and auto_pad', async () => {
  const attributesOf: readonly Readonly<Record<string, string | number | readonly number[]>>[] = [
    { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 0] },
    { strides: [2, 2], dilations: [3, 3], output_padding: [1, 1] },
    { strides: [3, 2], output_shape: [11, 6] },
    { strides: [3, 2], output_shape: [11, 6], auto_pad: 'SAME_UPPER' },
    { strides: [2, 2], auto_pad: 'SAME_UPPER' },
    { strides: [2, 2], auto_pad: 'SAME_LOWER' },
    { strides: [2, 2], auto_pad: 'VALID', group: 2 },
  ];
  for (const each of attributesOf)
    await checkShapes({
      shapes: [{ x: ['batch', 2, 4, 3], w: [2, 3 - Number(each['group'] ?? 1), 3, 3] }],
      body: (b, { x, w }) =>
        b.op('ConvTranspose', [x as Value, w as Value], { kernel_shape: [3, 3], ...each }),
      whole: true,
    });
  await checkShapes({
    shapes: [{ x: ['batch', 2, 5], w: [2, 3, 4], bias: [3] }],
    body: (b, { x, w, bias }) =>
      b.convTranspose(x as Value, w as Value, bias, { strides: [2], pads: [1, 1] }),
    whole: true,
  });
  const wide = { x: [1, 2, 4], w: [2, 1, 3] };
  expect(() =>
    graphOf(wide, (b, { x, w }) =>
      b.op('ConvTranspose', [x as Value, w as Value], { strides: [2], output_shape: [12] }),
    ),
  ).toThrow(/an output of 12 along spatial axis 0 needs output_padding/);
});

test('weights per image in groups have exact gradients to image, kernel and style', async () => {
  const modulated = (b: GraphBuilder, { x, kernel, style }: Values): Value => {
    const scaled = b.mul(
      b.unsqueeze(kernel as Value, [0]),
      b.reshape(style as Value, [3, 1, 2, 1, 1]),
    );
    const joined = b.reshape(x as Value, [1, 6, 4, 4]);
    const y = b.conv(joined, b.reshape(scaled, [6, 2, 3, 3]), null, {
      pads: [1, 1, 1, 1],
      group: 3,
    });
    return b.reshape(y, [3, 2, 4, 4]);
  };
  await checkShapes({
    shapes: [{ x: [3, 2, 4, 4], kernel: [2, 2, 3, 3], style: [3, 2] }],
    body: modulated,
    whole: true,
  });
});

test('weights per image in groups have exact gradients when the file leaves the batch open', async () => {
  // As traced with a symbolic batch: it has to be as many as there are groups.
  for (const size of [4, 20])
    for (const strides of [
      [1, 1],
      [2, 2],
    ])
      for (const isUp of [false, true])
        await checkShapes({
          shapes: [{ x: ['batch', 3, size, size], kernel: [2, 3, 3, 3], style: ['batch', 3] }],
          body: (b, { x, kernel, style }) => {
            const wide = b.reshape(style as Value, [-1, 1, 3, 1, 1]);
            const scaled = b.mul(b.unsqueeze(kernel as Value, [0]), wide);
            const joined = b.reshape(x as Value, [1, -1, size, size]);
            const up = b.transpose(scaled, [0, 2, 1, 3, 4]);
            const options = { strides, group: 2 };
            const y = isUp
              ? b.convTranspose(joined, b.reshape(up, [-1, 2, 3, 3]), null, options)
              : b.conv(joined, b.reshape(scaled, [-1, 3, 3, 3]), null, options);
            return b.reshape(y, [-1, 2, ...(y.shape.slice(2) as number[])]);
          },
          whole: true,
        });
});

test('Conv takes auto_pad', async () => {
  for (const auto_pad of ['SAME_UPPER', 'SAME_LOWER', 'VALID'])
    for (const stride of [1, 2])
      await checkShapes({
        shapes: [{ x: ['batch', 2, 6, 5], w: [3, 2, 4, 3] }],
        body: (b, { x, w }) =>
          b.op('Conv', [x as Value, w as Value], { auto_pad, strides: [stride, stride] }),
        whole: true,
      });
});

test('ConvTranspose has exact gradients to input, weight and bias', async () => {
  for (const group of [1, 2])
    await checkShapes({
      shapes: [{ x: ['batch', 4, 3, 3], w: [4, 2, 3, 3], bias: [2 * group] }],
      body: (b, { x, w, bias }) =>
        b.convTranspose(x as Value, w as Value, bias ?? null, {
          strides: [2, 2],
          pads: [1, 1, 1, 1],
          outputPadding: [1, 1],
          group,
        }),
      whole: true,
    });
});

test('slopes of one number per channel stay in the blocked layout in both forms of exporters', async () => {
  const prelu = (dims: readonly number[]) =>
    graphOf(
      { x: ['batch', 4, 4, 4] },
      (b, { x }) => {
        const w = randomTensor([4, 4, 1, 1], { dtype: 'float32', whole: true });
        const slope = b.initialiser('slope', tensorFrom('float32', [0.25, 0.5, 0.125, 0], dims));
        return b.prelu(b.conv(x as Value, b.initialiser('w', w)), slope);
      },
      { dtype: 'float32' },
    );
  for (const dims of [
    [4, 1, 1],
    [1, 4, 1, 1],
  ])
    expect(gradientText(prelu(dims))).toContain('one_minus_slope');
  // One number per column, as many as there are channels.
  const columns = prelu([4]);
  expect(gradientText(columns)).not.toContain('one_minus_slope');
  const x = randomTensor([2, 4, 4, 4], { dtype: 'float32' });
  await checkGradient(columns, { feeds: { x }, step: 1e-3 });
});

test('activations after a Conv with constant weights stay in the blocked layout', async () => {
  const chain = graphOf(
    { x: ['batch', 4, 5, 5] },
    (b, { x }) => {
      const w = (name: string) =>
        b.initialiser(name, randomTensor([4, 4, 3, 3], { dtype: 'float32', whole: true }));
      const slope = b.initialiser('slope', tensorFrom('float32', [0.25, 0.5, 0.125, 0], [4, 1, 1]));
      const first = b.prelu(b.conv(x as Value, w('w1'), null, { pads: [1, 1, 1, 1] }), slope);
      return b.leakyRelu(b.relu(b.conv(first, w('w2'))), 0.25);
    },
    { dtype: 'float32' },
  );
  const text = gradientText(chain);
  expect(text).toMatchInlineSnapshot(`
    "f_gradient(x: float32[batch, 4, 5, 5], y_cotangent: float32[batch, 4, 3, 3]) opset 17
      w1 = float32[4, 4, 3, 3]
      w2 = float32[4, 4, 3, 3]
      LeakyRelu_0_Grad/steep = float32[4, 1, 1, 1] {1.0000000150474662e+30, 1.0000000150474662e+30, 1.0000000150474662e+30, 1.0000000150474662e+30}
      const_0 = float32[] {0.25}
      const_1 = float32[] {1}
      Relu_0_Grad/steep = float32[4, 1, 1, 1] {1.0000000150474662e+30, 1.0000000150474662e+30, 1.0000000150474662e+30, 1.0000000150474662e+30}
      const_2 = float32[] {0}
      Conv_1_Grad/w2_flipped_0_0 = float32[4, 4, 3, 3]
      PRelu_0_Grad/steep = float32[4, 1, 1, 1] {1.0000000150474662e+30, 1.0000000150474662e+30, 1.0000000150474662e+30, 1.0000000150474662e+30}
      PRelu_0_Grad/one_minus_slope = float32[4, 1, 1, 1] {0.75, 0.5, 0.875, 1}
      PRelu_0_Grad/slope = float32[4] {0.25, 0.5, 0.125, 0}
      Conv_0_Grad/w1_flipped_0_0 = float32[4, 4, 3, 3]
      Conv_0: float32[batch, 4, 5, 5] = Conv(x, w1) {dilations=[1, 1], group=1, kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1]}
      PRelu_0_Grad/Conv_0: float32[batch, 4, 5, 5] = Conv(Conv_0, PRelu_0_Grad/steep) {dilations=[1, 1], group=4, kernel_shape=[1, 1], pads=[0, 0, 0, 0], strides=[1, 1]}
      PRelu_0_Grad/Clip_0: float32[batch, 4, 5, 5] = Clip(PRelu_0_Grad/Conv_0, const_2, const_1)
      PRelu_0_Grad/Conv_1: float32[batch, 4, 5, 5] = Conv(PRelu_0_Grad/Clip_0, PRelu_0_Grad/one_minus_slope, PRelu_0_Grad/slope) {dilations=[1, 1], group=4, kernel_shape=[1, 1], pads=[0, 0, 0, 0], strides=[1, 1]}
      PRelu_0_Grad/Mul_0: float32[batch, 4, 5, 5] = Mul(Conv_0, PRelu_0_Grad/Conv_1)
      Conv_1: float32[batch, 4, 3, 3] = Conv(PRelu_0_Grad/Mul_0, w2) {dilations=[1, 1], group=1, kernel_shape=[3, 3], pads=[0, 0, 0, 0], strides=[1, 1]}
      Relu_0: float32[batch, 4, 3, 3] = Relu(Conv_1)
      y: float32[batch, 4, 3, 3] = LeakyRelu(Relu_0) {alpha=0.25}
      Relu_0_Grad/Conv_0: float32[batch, 4, 3, 3] = Conv(Relu_0, Relu_0_Grad/steep) {dilations=[1, 1], group=4, kernel_shape=[1, 1], pads=[0, 0, 0, 0], strides=[1, 1]}
      LeakyRelu_0_Grad/Conv_0: float32[batch, 4, 3, 3] = Conv(y, LeakyRelu_0_Grad/steep) {dilations=[1, 1], group=4, kernel_shape=[1, 1], pads=[0, 0, 0, 0], strides=[1, 1]}
      Relu_0_Grad/Clip_0: float32[batch, 4, 3, 3] = Clip(Relu_0_Grad/Conv_0, const_2, const_1)
      LeakyRelu_0_Grad/Clip_0: float32[batch, 4, 3, 3] = Clip(LeakyRelu_0_Grad/Conv_0, const_0, const_1)
      LeakyRelu_0_Grad/Mul_0: float32[batch, 4, 3, 3] = Mul(y_cotangent, LeakyRelu_0_Grad/Clip_0)
      Relu_0_Grad/Mul_0: float32[batch, 4, 3, 3] = Mul(LeakyRelu_0_Grad/Mul_0, Relu_0_Grad/Clip_0)
      Conv_1_Grad/Conv_0: float32[batch, 4, 5, 5] = Conv(Relu_0_Grad/Mul_0, Conv_1_Grad/w2_flipped_0_0) {dilations=[1, 1], group=1, kernel_shape=[3, 3], pads=[2, 2, 2, 2], strides=[1, 1]}
      PRelu_0_Grad/Mul_1: float32[batch, 4, 5, 5] = Mul(Conv_1_Grad/Conv_0, PRelu_0_Grad/Conv_1)
      x_grad: float32[batch, 4, 5, 5] = Conv(PRelu_0_Grad/Mul_1, Conv_0_Grad/w1_flipped_0_0) {dilations=[1, 1], group=1, kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1]}
      -> x_grad: float32[batch, 4, 5, 5]"
  `);
  expect(text).not.toMatch(/Where|Greater|= PRelu\(.*Grad/);
  const gradient = differentiate(chain, { outputs: [{ name: 'y' }], withRespectTo: ['x'] });
  const naive = graphOf({ x: ['batch', 4, 5, 5] }, (b, { x }) => b.relu(x as Value), {
    dtype: 'float32',
  });
  expect(gradientText(naive)).not.toContain('Conv');
  expect(gradient.outputs.map((o) => o.name)).toEqual(['y', 'x_grad']);
});

test('BatchNormalization has gradients to input, scale, bias and statistics', async () => {
  const names = ['x', 'scale', 'bias', 'mean', 'variance'];
  const shapes = [
    { x: ['batch', 3, 2, 2], scale: [3], bias: [3], mean: [3], variance: [3] },
    { x: ['batch', 3], scale: [3], bias: [3], mean: [3], variance: [3] },
  ];
  const normalise = (b: GraphBuilder, v: Values) =>
    b.op(
      'BatchNormalization',
      names.map((name) => v[name] as Value),
    );
  await checkShapes({ shapes, body: normalise, low: 0.5, high: 2 });
  const folded = graphOf({ x: ['batch', 2] }, (b, { x }) => {
    const two = (...values: readonly number[]) => b.constant(values, { dtype: 'float64' });
    return b.batchNormalization(x as Value, {
      scale: two(1, 2),
      bias: two(0, 0),
      mean: two(0, 1),
      variance: two(1, 4),
      epsilon: 0,
    });
  });
  expect(gradientText(folded)).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 2], y_cotangent: float64[batch, 2]) opset 17
      BatchNormalization_0_Grad/factor = float64[2] {1, 1}
      x_grad: float64[batch, 2] = Mul(y_cotangent, BatchNormalization_0_Grad/factor)
      -> x_grad: float64[batch, 2]"
  `);
});

test('LayerNormalization and InstanceNormalization agree with central differences', async () => {
  await checkShapes({
    shapes: [
      { x: ['batch', 3, 4], scale: [4], bias: [4] },
      { x: ['batch', 3, 4], scale: [3, 4], bias: [3, 4] },
    ],
    body: (b, { x, scale, bias }) =>
      b.op('LayerNormalization', [x as Value, scale as Value, bias as Value], {
        axis: (scale as Value).shape.length === 2 ? 1 : -1,
      }),
  });
  const inputs = { x: ['batch', 2, 3], scale: [2], bias: [2] };
  const graph = graphOf(inputs, (b, { x, scale, bias }) =>
    b.op('InstanceNormalization', [x as Value, scale as Value, bias as Value]),
  );
  const byHand = graphOf(inputs, (b, { x, scale, bias }) => {
    const centred = b.sub(x as Value, b.reduceMean(x as Value, { axes: [2] }));
    const normalised = b.div(
      centred,
      b.sqrt(b.add(b.reduceMean(b.mul(centred, centred), { axes: [2] }), 1e-5)),
    );
    return b.add(
      b.mul(normalised, b.unsqueeze(scale as Value, [1])),
      b.unsqueeze(bias as Value, [1]),
    );
  });
  await checkGradient(graph, {
    feeds: {
      x: randomTensor([2, 2, 3]),
      scale: randomTensor([2], { seed: 8 }),
      bias: randomTensor([2], { seed: 9 }),
    },
    forward: byHand,
  });
});
