/** @file Gradients of reductions and of operators along an axis. */
import { checkShapes, gradientText, gradientsOfSum, graphOf, vector } from '../../testing/index.ts';
import { expect, test } from 'vitest';
import type { GraphBuilder } from '../../build/graph-builder.ts';
import type { Value } from '../../build/core-builder.ts';
import { tensorFrom } from '../../ir/tensor.ts';

const KINDS = ['Sum', 'Mean', 'Max', 'Min', 'L1', 'L2', 'SumSquare', 'LogSumExp'];
const SHAPE = ['batch', 3, 2];

test('reductions agree with central differences over every choice of axes', async () => {
  for (const kind of KINDS)
    for (const axes of [[1], [0], [0, 2], [-1], undefined])
      for (const keepdims of [0, 1]) {
        const body = (b: GraphBuilder, { x }: Readonly<Record<string, Value>>) =>
          kind === 'Sum' && axes
            ? b.reduceSum(x as Value, { axes, keepDims: keepdims === 1 })
            : b.op(
                `Reduce${kind}`,
                [x as Value],
                axes && kind !== 'Sum' ? { axes, keepdims } : { keepdims },
              );
        await checkShapes({ shapes: [{ x: SHAPE }], body });
      }
});

test('reductions take their axes as an input from opset 18 on', async () => {
  await checkShapes({
    shapes: [{ x: SHAPE }],
    opset: 18,
    body: (b, { x }) => b.reduceMean(x as Value, { axes: [1, 2], keepDims: false }),
  });
  await checkShapes({
    shapes: [{ x: SHAPE }],
    opset: 18,
    body: (b, { x }) => b.reduceL2(x as Value, { axes: [-1] }),
  });
});

test('ReduceLogSum agrees with central differences', async () => {
  await checkShapes({
    shapes: [{ x: SHAPE }],
    low: 0.5,
    high: 2,
    body: (b, { x }) => b.op('ReduceLogSum', [x as Value], { axes: [1] }),
  });
});

test('ReduceSum prints as expected', () => {
  expect(gradientText(reduced('Sum'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 3], y_cotangent: float64[batch]) opset 17
      const_1 = int64[1] {1}
      const_2 = int64[2] {1, 3}
      ReduceSum_0_Grad/Unsqueeze_0: float64[batch, 1] = Unsqueeze(y_cotangent, const_1)
      x_grad: float64[batch, 3] = Expand(ReduceSum_0_Grad/Unsqueeze_0, const_2)
      -> x_grad: float64[batch, 3]"
  `);
});

test('ReduceMean prints as expected', () => {
  expect(gradientText(reduced('Mean'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 3], y_cotangent: float64[batch]) opset 17
      const_0 = int64[1] {1}
      const_1 = float64[] {0.3333333}
      const_2 = int64[2] {1, 3}
      ReduceMean_0_Grad/Unsqueeze_0: float64[batch, 1] = Unsqueeze(y_cotangent, const_0)
      ReduceMean_0_Grad/Mul_0: float64[batch, 1] = Mul(ReduceMean_0_Grad/Unsqueeze_0, const_1)
      x_grad: float64[batch, 3] = Expand(ReduceMean_0_Grad/Mul_0, const_2)
      -> x_grad: float64[batch, 3]"
  `);
});

test('ReduceMax prints as expected', () => {
  expect(gradientText(reduced('Max'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 3], y_cotangent: float64[batch]) opset 17
      const_0 = int64[1] {1}
      y: float64[batch] = ReduceMax(x) {axes=[1], keepdims=0}
      ReduceMax_0_Grad/Unsqueeze_0: float64[batch, 1] = Unsqueeze(y_cotangent, const_0)
      ReduceMax_0_Grad/Unsqueeze_1: float64[batch, 1] = Unsqueeze(y, const_0)
      ReduceMax_0_Grad/Equal_0: bool[batch, 3] = Equal(x, ReduceMax_0_Grad/Unsqueeze_1)
      ReduceMax_0_Grad/Cast_0: float64[batch, 3] = Cast(ReduceMax_0_Grad/Equal_0) {to=11}
      ReduceMax_0_Grad/ReduceSum_0: float64[batch, 1] = ReduceSum(ReduceMax_0_Grad/Cast_0, const_0) {keepdims=1}
      ReduceMax_0_Grad/Div_0: float64[batch, 1] = Div(ReduceMax_0_Grad/Unsqueeze_0, ReduceMax_0_Grad/ReduceSum_0)
      x_grad: float64[batch, 3] = Mul(ReduceMax_0_Grad/Cast_0, ReduceMax_0_Grad/Div_0)
      -> x_grad: float64[batch, 3]"
  `);
});

test('ReduceL2 prints as expected', () => {
  expect(gradientText(reduced('L2'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 3], y_cotangent: float64[batch]) opset 17
      const_0 = int64[1] {1}
      const_1 = float64[] {1e-154}
      y: float64[batch] = ReduceL2(x) {axes=[1], keepdims=0}
      ReduceL2_0_Grad/Unsqueeze_0: float64[batch, 1] = Unsqueeze(y_cotangent, const_0)
      ReduceL2_0_Grad/Unsqueeze_1: float64[batch, 1] = Unsqueeze(y, const_0)
      ReduceL2_0_Grad/Max_0: float64[batch, 1] = Max(ReduceL2_0_Grad/Unsqueeze_1, const_1)
      ReduceL2_0_Grad/Div_0: float64[batch, 1] = Div(ReduceL2_0_Grad/Unsqueeze_0, ReduceL2_0_Grad/Max_0)
      x_grad: float64[batch, 3] = Mul(x, ReduceL2_0_Grad/Div_0)
      -> x_grad: float64[batch, 3]"
  `);
});

test('ReduceSumSquare prints as expected', () => {
  expect(gradientText(reduced('SumSquare'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 3], y_cotangent: float64[batch]) opset 17
      const_0 = int64[1] {1}
      const_1 = float64[] {2}
      ReduceSumSquare_0_Grad/Unsqueeze_0: float64[batch, 1] = Unsqueeze(y_cotangent, const_0)
      ReduceSumSquare_0_Grad/Mul_0: float64[batch, 1] = Mul(ReduceSumSquare_0_Grad/Unsqueeze_0, const_1)
      x_grad: float64[batch, 3] = Mul(x, ReduceSumSquare_0_Grad/Mul_0)
      -> x_grad: float64[batch, 3]"
  `);
});

test('ReduceLogSumExp prints as expected', () => {
  expect(gradientText(reduced('LogSumExp'))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 3], y_cotangent: float64[batch]) opset 17
      const_0 = int64[1] {1}
      y: float64[batch] = ReduceLogSumExp(x) {axes=[1], keepdims=0}
      ReduceLogSumExp_0_Grad/Unsqueeze_0: float64[batch, 1] = Unsqueeze(y_cotangent, const_0)
      ReduceLogSumExp_0_Grad/Unsqueeze_1: float64[batch, 1] = Unsqueeze(y, const_0)
      ReduceLogSumExp_0_Grad/Sub_0: float64[batch, 3] = Sub(x, ReduceLogSumExp_0_Grad/Unsqueeze_1)
      ReduceLogSumExp_0_Grad/Exp_0: float64[batch, 3] = Exp(ReduceLogSumExp_0_Grad/Sub_0)
      x_grad: float64[batch, 3] = Mul(ReduceLogSumExp_0_Grad/Exp_0, ReduceLogSumExp_0_Grad/Unsqueeze_0)
      -> x_grad: float64[batch, 3]"
  `);
});

test('ties of ReduceMax and ReduceMin are shared equally, and ReduceL2 is 0 at the origin', async () => {
  const of = async (kind: string, ...values: readonly number[]) =>
    (
      await gradientsOfSum(
        graphOf({ x: [values.length] }, (b, { x }) => b.op(`Reduce${kind}`, [x as Value])),
        { x: vector(...values) },
      )
    )['x'];
  expect(await of('Max', 3, 1, 3)).toEqual([0.5, 0, 0.5]);
  expect(await of('Min', 3, 1, 1)).toEqual([0, 0.5, 0.5]);
  expect(await of('L2', 0, 0)).toEqual([0, 0]);
  expect(await of('L2', 3, 4)).toEqual([0.6, 0.8]);
});

test('Softmax, LogSoftmax and LpNormalization agree with central differences on every axis', async () => {
  for (const axis of [-1, 0, 1]) {
    await checkShapes({ shapes: [{ x: SHAPE }], body: (b, { x }) => b.softmax(x as Value, axis) });
    await checkShapes({
      shapes: [{ x: SHAPE }],
      body: (b, { x }) => b.logSoftmax(x as Value, axis),
    });
    for (const p of [1, 2])
      await checkShapes({
        shapes: [{ x: SHAPE }],
        body: (b, { x }) => b.op('LpNormalization', [x as Value], { axis, p }),
      });
  }
  expect(gradientText(graphOf({ x: ['batch', 3] }, (b, { x }) => b.softmax(x as Value))))
    .toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = int64[1] {-1}
      y: float64[batch, 3] = Softmax(x) {axis=-1}
      Softmax_0_Grad/Mul_0: float64[batch, 3] = Mul(y_cotangent, y)
      Softmax_0_Grad/ReduceSum_0: float64[batch, 1] = ReduceSum(Softmax_0_Grad/Mul_0, const_0) {keepdims=1}
      Softmax_0_Grad/Mul_1: float64[batch, 3] = Mul(y, Softmax_0_Grad/ReduceSum_0)
      x_grad: float64[batch, 3] = Sub(Softmax_0_Grad/Mul_0, Softmax_0_Grad/Mul_1)
      -> x_grad: float64[batch, 3]"
  `);
  expect(gradientText(graphOf({ x: ['batch', 3] }, (b, { x }) => b.logSoftmax(x as Value))))
    .toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = int64[1] {-1}
      y: float64[batch, 3] = LogSoftmax(x) {axis=-1}
      LogSoftmax_0_Grad/Exp_0: float64[batch, 3] = Exp(y)
      LogSoftmax_0_Grad/ReduceSum_0: float64[batch, 1] = ReduceSum(y_cotangent, const_0) {keepdims=1}
      LogSoftmax_0_Grad/Mul_0: float64[batch, 3] = Mul(LogSoftmax_0_Grad/Exp_0, LogSoftmax_0_Grad/ReduceSum_0)
      x_grad: float64[batch, 3] = Sub(y_cotangent, LogSoftmax_0_Grad/Mul_0)
      -> x_grad: float64[batch, 3]"
  `);
  expect(
    gradientText(graphOf({ x: ['batch', 3] }, (b, { x }) => b.op('LpNormalization', [x as Value]))),
  ).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = int64[1] {-1}
      y: float64[batch, 3] = LpNormalization(x)
      LpNormalization_0_Grad/ReduceL2_0: float64[batch, 1] = ReduceL2(x) {axes=[-1], keepdims=1}
      LpNormalization_0_Grad/Mul_0: float64[batch, 3] = Mul(y_cotangent, y)
      LpNormalization_0_Grad/ReduceSum_0: float64[batch, 1] = ReduceSum(LpNormalization_0_Grad/Mul_0, const_0) {keepdims=1}
      LpNormalization_0_Grad/Mul_1: float64[batch, 3] = Mul(y, LpNormalization_0_Grad/ReduceSum_0)
      LpNormalization_0_Grad/Sub_0: float64[batch, 3] = Sub(y_cotangent, LpNormalization_0_Grad/Mul_1)
      x_grad: float64[batch, 3] = Div(LpNormalization_0_Grad/Sub_0, LpNormalization_0_Grad/ReduceL2_0)
      -> x_grad: float64[batch, 3]"
  `);
});

test('ReduceProd agrees with central differences, and is exact with any number of zeros', async () => {
  for (const axes of [[1], [0, 2], [-1], undefined])
    await checkShapes({
      shapes: [{ x: [2, 3, 2] }, ...(axes?.includes(0) === false ? [{ x: SHAPE }] : [])],
      body: (b, { x }) => b.op('ReduceProd', [x as Value], axes ? { axes, keepdims: 0 } : {}),
    });
  const graph = graphOf({ x: [2, 3] }, (b, { x }) =>
    b.op('ReduceProd', [x as Value], { axes: [1] }),
  );
  expect(
    await gradientsOfSum(graph, { x: tensorFrom('float64', [0, 2, 3, 0, 0, 5], [2, 3]) }),
  ).toEqual({ x: [6, 0, 0, 0, 0, 0] });
  expect(gradientText(graph)).toMatchInlineSnapshot(`
    "f_gradient(x: float64[2, 3], y_cotangent: float64[2, 1]) opset 17
      const_0 = int64[3] {-1, 1, 3}
      const_1 = float32[3, 3]
      const_2 = float64[] {1}
      ReduceProd_0_Grad/Transpose_0: float64[2, 3] = Transpose(x) {perm=[0, 1]}
      ReduceProd_0_Grad/Reshape_0: float64[2, 1, 3] = Reshape(ReduceProd_0_Grad/Transpose_0, const_0)
      ReduceProd_0_Grad/Cast_0: bool[3, 3] = Cast(const_1) {to=9}
      ReduceProd_0_Grad/Where_0: float64[2, 3, 3] = Where(ReduceProd_0_Grad/Cast_0, const_2, ReduceProd_0_Grad/Reshape_0)
      ReduceProd_0_Grad/ReduceProd_0: float64[2, 3] = ReduceProd(ReduceProd_0_Grad/Where_0) {axes=[2], keepdims=0}
      ReduceProd_0_Grad/Transpose_1: float64[2, 3] = Transpose(ReduceProd_0_Grad/ReduceProd_0) {perm=[0, 1]}
      x_grad: float64[2, 3] = Mul(y_cotangent, ReduceProd_0_Grad/Transpose_1)
      -> x_grad: float64[2, 3]"
  `);
  const long = graphOf({ x: ['n'] }, (b, { x }) => b.op('ReduceProd', [x as Value]));
  expect(() => gradientText(long)).toThrow(/needs a fixed number of factors up to 256/);
});

function reduced(kind: string) {
  return graphOf({ x: ['batch', 3] }, (b, { x }) =>
    kind === 'Sum'
      ? b.reduceSum(x as Value, { axes: [1], keepDims: false })
      : b.op(`Reduce${kind}`, [x as Value], { axes: [1], keepdims: 0 }),
  );
}
