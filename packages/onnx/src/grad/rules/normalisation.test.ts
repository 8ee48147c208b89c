/** @file Gradients of normalisations over groups and channel windows. */
import { expect, test } from 'vitest';
import type { GraphBuilder } from '../../build/graph-builder.ts';
import type { Value } from '../../build/core-builder.ts';
import {
  checkGradient,
  checkShapes,
  gradientText,
  graphOf,
  randomTensor,
} from '../../testing/index.ts';

type Values = Readonly<Record<string, Value>>;

/** By elementary operators, scale and bias per group or per channel by their length. */
function groupNormByHand(b: GraphBuilder, { x, scale, bias }: Values): Value {
  const rows = b.reshape(x as Value, [0, 2, -1]);
  const centred = b.sub(rows, b.reduceMean(rows, { axes: [2] }));
  const variance = b.reduceMean(b.mul(centred, centred), { axes: [2] });
  const normal = b.div(centred, b.sqrt(b.add(variance, 1e-5)));
  const isPerGroup = (scale as Value).shape[0] === 2;
  const wide = (v: Value): Value => b.reshape(v, isPerGroup ? [-1, 1] : [-1, 1, 1]);
  const place = (v: Value): Value => b.reshape(v, b.shapeOf(x as Value));
  const body = (v: Value): Value => b.add(b.mul(v, wide(scale as Value)), wide(bias as Value));
  return isPerGroup ? place(body(normal)) : body(place(normal));
}

function groupNorm(b: GraphBuilder, { x, scale, bias }: Values): Value {
  return b.op('GroupNormalization', [x as Value, scale as Value, bias as Value], { num_groups: 2 });
}

test('GroupNormalization has scale and bias per group before opset 21 and per channel from it on', async () => {
  for (const [opset, size] of [
    [18, 2],
    [20, 2],
    [21, 4],
  ] as const) {
    const inputs = { x: ['batch', 4, 3, 2], scale: [size], bias: [size] };
    await checkGradient(graphOf(inputs, groupNorm, { opset }), {
      feeds: {
        x: randomTensor([2, 4, 3, 2]),
        scale: randomTensor([size], { seed: 8 }),
        bias: randomTensor([size], { seed: 9 }),
      },
      forward: graphOf(inputs, groupNormByHand, { opset }),
    });
  }
  const wrong = { x: ['batch', 4, 3, 2], scale: [4], bias: [4] };
  expect(() => graphOf(wrong, groupNorm, { opset: 18 })).toThrow(
    /expected one scale and bias per group \(2\), as opset 18 has them, got 4/,
  );
});

test('GroupNormalization prints as expected', () => {
  const inputs = { x: ['batch', 4, 3], scale: [4], bias: [4] };
  expect(gradientText(graphOf(inputs, groupNorm, { opset: 21 }), ['x'])).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 4, 3], scale: float64[4], bias: float64[4], y_cotangent: float64[batch, 4, 3]) opset 21
      const_0 = int64[3] {0, 2, -1}
      const_1 = int64[1] {2}
      const_2 = float64[] {0.00001}
      const_3 = int64[2] {-1, 1}
      const_4 = int64[3] {0, 4, 3}
      GroupNormalization_0_Grad/Reshape_0: float64[batch, 2, 6] = Reshape(x, const_0)
      GroupNormalization_0_Grad/ReduceMean_0: float64[batch, 2, 1] = ReduceMean(GroupNormalization_0_Grad/Reshape_0, const_1) {keepdims=1}
      GroupNormalization_0_Grad/Sub_0: float64[batch, 2, 6] = Sub(GroupNormalization_0_Grad/Reshape_0, GroupNormalization_0_Grad/ReduceMean_0)
      GroupNormalization_0_Grad/Mul_0: float64[batch, 2, 6] = Mul(GroupNormalization_0_Grad/Sub_0, GroupNormalization_0_Grad/Sub_0)
      GroupNormalization_0_Grad/ReduceMean_1: float64[batch, 2, 1] = ReduceMean(GroupNormalization_0_Grad/Mul_0, const_1) {keepdims=1}
      GroupNormalization_0_Grad/Add_0: float64[batch, 2, 1] = Add(GroupNormalization_0_Grad/ReduceMean_1, const_2)
      GroupNormalization_0_Grad/Sqrt_0: float64[batch, 2, 1] = Sqrt(GroupNormalization_0_Grad/Add_0)
      GroupNormalization_0_Grad/Reciprocal_0: float64[batch, 2, 1] = Reciprocal(GroupNormalization_0_Grad/Sqrt_0)
      GroupNormalization_0_Grad/Mul_1: float64[batch, 2, 6] = Mul(GroupNormalization_0_Grad/Sub_0, GroupNormalization_0_Grad/Reciprocal_0)
      GroupNormalization_0_Grad/Reshape_1: float64[4, 1] = Reshape(scale, const_3)
      GroupNormalization_0_Grad/Mul_2: float64[batch, 4, 3] = Mul(y_cotangent, GroupNormalization_0_Grad/Reshape_1)
      GroupNormalization_0_Grad/Reshape_2: float64[batch, 2, 6] = Reshape(GroupNormalization_0_Grad/Mul_2, const_0)
      GroupNormalization_0_Grad/Mul_3: float64[batch, 2, 6] = Mul(GroupNormalization_0_Grad/Reshape_2, GroupNormalization_0_Grad/Mul_1)
      GroupNormalization_0_Grad/ReduceMean_2: float64[batch, 2, 1] = ReduceMean(GroupNormalization_0_Grad/Mul_3, const_1) {keepdims=1}
      GroupNormalization_0_Grad/Mul_4: float64[batch, 2, 6] = Mul(GroupNormalization_0_Grad/Mul_1, GroupNormalization_0_Grad/ReduceMean_2)
      GroupNormalization_0_Grad/ReduceMean_3: float64[batch, 2, 1] = ReduceMean(GroupNormalization_0_Grad/Reshape_2, const_1) {keepdims=1}
      GroupNormalization_0_Grad/Sub_1: float64[batch, 2, 6] = Sub(GroupNormalization_0_Grad/Reshape_2, GroupNormalization_0_Grad/ReduceMean_3)
      GroupNormalization_0_Grad/Sub_2: float64[batch, 2, 6] = Sub(GroupNormalization_0_Grad/Sub_1, GroupNormalization_0_Grad/Mul_4)
      GroupNormalization_0_Grad/Mul_5: float64[batch, 2, 6] = Mul(GroupNormalization_0_Grad/Reciprocal_0, GroupNormalization_0_Grad/Sub_2)
      x_grad: float64[batch, 4, 3] = Reshape(GroupNormalization_0_Grad/Mul_5, const_4)
      -> x_grad: float64[batch, 4, 3]"
  `);
});

test('MeanVarianceNormalization agrees with central differences', async () => {
  await checkShapes({
    shapes: [{ x: ['batch', 2, 3, 2] }],
    body: (b, { x }) => b.op('MeanVarianceNormalization', [x as Value]),
    forward: graphOf({ x: ['batch', 2, 3, 2] }, (b, { x }) => {
      const centred = b.sub(x as Value, b.reduceMean(x as Value, { axes: [0, 2, 3] }));
      const variance = b.reduceMean(b.mul(centred, centred), { axes: [0, 2, 3] });
      return b.div(centred, b.sqrt(b.add(variance, 1e-9)));
    }),
  });
});

test('MeanVarianceNormalization prints as expected', () => {
  const graph = graphOf({ x: ['batch', 2, 3, 2] }, (b, { x }) =>
    b.op('MeanVarianceNormalization', [x as Value]),
  );
  expect(gradientText(graph)).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 2, 3, 2], y_cotangent: float64[batch, 2, 3, 2]) opset 17
      const_0 = float64[] {1e-9}
      MeanVarianceNormalization_0_Grad/ReduceMean_0: float64[1, 2, 1, 1] = ReduceMean(x) {axes=[0, 2, 3], keepdims=1}
      MeanVarianceNormalization_0_Grad/Sub_0: float64[batch, 2, 3, 2] = Sub(x, MeanVarianceNormalization_0_Grad/ReduceMean_0)
      MeanVarianceNormalization_0_Grad/Mul_0: float64[batch, 2, 3, 2] = Mul(MeanVarianceNormalization_0_Grad/Sub_0, MeanVarianceNormalization_0_Grad/Sub_0)
      MeanVarianceNormalization_0_Grad/ReduceMean_1: float64[1, 2, 1, 1] = ReduceMean(MeanVarianceNormalization_0_Grad/Mul_0) {axes=[0, 2, 3], keepdims=1}
      MeanVarianceNormalization_0_Grad/Add_0: float64[1, 2, 1, 1] = Add(MeanVarianceNormalization_0_Grad/ReduceMean_1, const_0)
      MeanVarianceNormalization_0_Grad/Sqrt_0: float64[1, 2, 1, 1] = Sqrt(MeanVarianceNormalization_0_Grad/Add_0)
      MeanVarianceNormalization_0_Grad/Reciprocal_0: float64[1, 2, 1, 1] = Reciprocal(MeanVarianceNormalization_0_Grad/Sqrt_0)
      MeanVarianceNormalization_0_Grad/Mul_1: float64[batch, 2, 3, 2] = Mul(MeanVarianceNormalization_0_Grad/Sub_0, MeanVarianceNormalization_0_Grad/Reciprocal_0)
      MeanVarianceNormalization_0_Grad/Mul_2: float64[batch, 2, 3, 2] = Mul(y_cotangent, MeanVarianceNormalization_0_Grad/Mul_1)
      MeanVarianceNormalization_0_Grad/ReduceMean_2: float64[1, 2, 1, 1] = ReduceMean(MeanVarianceNormalization_0_Grad/Mul_2) {axes=[0, 2, 3], keepdims=1}
      MeanVarianceNormalization_0_Grad/Mul_3: float64[batch, 2, 3, 2] = Mul(MeanVarianceNormalization_0_Grad/Mul_1, MeanVarianceNormalization_0_Grad/ReduceMean_2)
      MeanVarianceNormalization_0_Grad/ReduceMean_3: float64[1, 2, 1, 1] = ReduceMean(y_cotangent) {axes=[0, 2, 3], keepdims=1}
      MeanVarianceNormalization_0_Grad/Sub_1: float64[batch, 2, 3, 2] = Sub(y_cotangent, MeanVarianceNormalization_0_Grad/ReduceMean_3)
      MeanVarianceNormalization_0_Grad/Sub_2: float64[batch, 2, 3, 2] = Sub(MeanVarianceNormalization_0_Grad/Sub_1, MeanVarianceNormalization_0_Grad/Mul_3)
      x_grad: float64[batch, 2, 3, 2] = Mul(MeanVarianceNormalization_0_Grad/Reciprocal_0, MeanVarianceNormalization_0_Grad/Sub_2)
      -> x_grad: float64[batch, 2, 3, 2]"
  `);
});

test('LRN agrees with central differences for odd and even windows', async () => {
  for (const size of [1, 3, 4]) {
    const attributes = { size, alpha: 0.3, beta: 0.6, bias: 1.5 };
    const shape = { x: ['batch', 5, 2, 3] };
    await checkShapes({
      shapes: [shape],
      body: (b, { x }) => b.op('LRN', [x as Value], attributes),
      forward: graphOf(shape, (b, { x }) => {
        const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
        const squares = b.mul(x as Value, x as Value);
        const padded = b.pad(squares, [0, before, 0, 0, 0, after, 0, 0]);
        const sum = Array.from({ length: size }, (_, at) =>
          b.slice(padded, { axis: 1, start: at, end: at + 5 }),
        ).reduce((a, part) => b.add(a, part));
        return b.div(x as Value, b.pow(b.add(b.mul(sum, 0.3 / size), 1.5), 0.6));
      }),
    });
  }
  const graph = graphOf({ x: [1, 2, 3] }, (b, { x }) => b.op('LRN', [x as Value], { size: 3 }));
  expect(gradientText(graph)).toMatchInlineSnapshot(`
    "f_gradient(x: float64[1, 2, 3], y_cotangent: float64[1, 2, 3]) opset 17
      const_0 = int64[3] {0, 0, -1}
      const_1 = float64[2, 2] {1, 1, 1, 1}
      const_2 = float64[] {0.00003333333}
      const_3 = float64[] {1}
      const_4 = float64[] {-0.75}
      const_5 = float64[] {0.00005}
      LRN_0_Grad/Reshape_0: float64[1, 2, 3] = Reshape(x, const_0)
      LRN_0_Grad/Reshape_1: float64[1, 2, 3] = Reshape(y_cotangent, const_0)
      LRN_0_Grad/Mul_0: float64[1, 2, 3] = Mul(LRN_0_Grad/Reshape_0, LRN_0_Grad/Reshape_0)
      LRN_0_Grad/MatMul_0: float64[1, 2, 3] = MatMul(const_1, LRN_0_Grad/Mul_0)
      LRN_0_Grad/Mul_1: float64[1, 2, 3] = Mul(LRN_0_Grad/MatMul_0, const_2)
      LRN_0_Grad/Add_0: float64[1, 2, 3] = Add(LRN_0_Grad/Mul_1, const_3)
      LRN_0_Grad/Pow_0: float64[1, 2, 3] = Pow(LRN_0_Grad/Add_0, const_4)
      LRN_0_Grad/Mul_2: float64[1, 2, 3] = Mul(LRN_0_Grad/Reshape_1, LRN_0_Grad/Pow_0)
      LRN_0_Grad/Transpose_0: float64[2, 2] = Transpose(const_1) {perm=[1, 0]}
      LRN_0_Grad/Mul_3: float64[1, 2, 3] = Mul(LRN_0_Grad/Mul_2, LRN_0_Grad/Reshape_0)
      LRN_0_Grad/Div_0: float64[1, 2, 3] = Div(LRN_0_Grad/Mul_3, LRN_0_Grad/Add_0)
      LRN_0_Grad/MatMul_1: float64[1, 2, 3] = MatMul(LRN_0_Grad/Transpose_0, LRN_0_Grad/Div_0)
      LRN_0_Grad/Mul_4: float64[1, 2, 3] = Mul(LRN_0_Grad/Reshape_0, LRN_0_Grad/MatMul_1)
      LRN_0_Grad/Mul_5: float64[1, 2, 3] = Mul(LRN_0_Grad/Mul_4, const_5)
      x_grad: float64[1, 2, 3] = Sub(LRN_0_Grad/Mul_2, LRN_0_Grad/Mul_5)
      -> x_grad: float64[1, 2, 3]"
  `);
  const open = graphOf({ x: [1, 'c', 3] }, (b, { x }) => b.op('LRN', [x as Value], { size: 3 }));
  expect(() => gradientText(open)).toThrow(/LRN 'LRN_0': its gradient needs fixed channels/);
});
