/** @file Gradients of operators of several inputs, with broadcasting. */
import { checkShapes, gradientText, gradientsOfSum, graphOf, vector } from '../../testing/index.ts';
import { expect, test } from 'vitest';
import type { GraphBuilder } from '../../build/graph-builder.ts';
import { tensorFrom } from '../../ir/tensor.ts';
import type { Value } from '../../build/core-builder.ts';

const BROADCASTS = [
  { a: ['batch', 3], c: ['batch', 3] },
  { a: ['batch', 3], c: [3] },
  { a: [3], c: ['batch', 4, 3] },
  { a: [], c: ['batch', 2] },
  { a: ['batch', 1, 2], c: [3, 1] },
];

function small(op: string) {
  return graphOf({ a: ['batch', 3], c: [3] }, (b, { a, c }) => b.op(op, [a as Value, c as Value]));
}

function check(op: string, interval: { readonly low?: number; readonly high?: number } = {}) {
  return checkShapes({
    shapes: BROADCASTS,
    body: (b, { a, c }) => b.op(op, [a as Value, c as Value]),
    ...interval,
  });
}

test('Add agrees with central differences under every broadcast', async () => {
  expect(gradientText(small('Add'))).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = int64[1] {0}
      c_grad: float64[3] = ReduceSum(y_cotangent, const_0) {keepdims=0}
      a_grad: float64[batch, 3] = Identity(y_cotangent)
      -> a_grad: float64[batch, 3], c_grad: float64[3]"
  `);
  await check('Add');
});

test('Sub agrees with central differences under every broadcast', async () => {
  expect(gradientText(small('Sub'))).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = int64[1] {0}
      Sub_0_Grad/Neg_0: float64[batch, 3] = Neg(y_cotangent)
      c_grad: float64[3] = ReduceSum(Sub_0_Grad/Neg_0, const_0) {keepdims=0}
      a_grad: float64[batch, 3] = Identity(y_cotangent)
      -> a_grad: float64[batch, 3], c_grad: float64[3]"
  `);
  await check('Sub');
});

test('Mul agrees with central differences under every broadcast', async () => {
  expect(gradientText(small('Mul'))).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = int64[1] {0}
      a_grad: float64[batch, 3] = Mul(y_cotangent, c)
      Mul_0_Grad/Mul_1: float64[batch, 3] = Mul(y_cotangent, a)
      c_grad: float64[3] = ReduceSum(Mul_0_Grad/Mul_1, const_0) {keepdims=0}
      -> a_grad: float64[batch, 3], c_grad: float64[3]"
  `);
  await check('Mul');
});

test('Min agrees with central differences under every broadcast', async () => {
  expect(gradientText(small('Min'))).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = int64[1] {0}
      y: float64[batch, 3] = Min(a, c)
      Min_0_Grad/Equal_0: bool[batch, 3] = Equal(a, y)
      Min_0_Grad/Cast_0: float64[batch, 3] = Cast(Min_0_Grad/Equal_0) {to=11}
      Min_0_Grad/Equal_1: bool[batch, 3] = Equal(c, y)
      Min_0_Grad/Cast_1: float64[batch, 3] = Cast(Min_0_Grad/Equal_1) {to=11}
      Min_0_Grad/Add_0: float64[batch, 3] = Add(Min_0_Grad/Cast_0, Min_0_Grad/Cast_1)
      Min_0_Grad/Div_0: float64[batch, 3] = Div(y_cotangent, Min_0_Grad/Add_0)
      a_grad: float64[batch, 3] = Mul(Min_0_Grad/Div_0, Min_0_Grad/Cast_0)
      Min_0_Grad/Mul_1: float64[batch, 3] = Mul(Min_0_Grad/Div_0, Min_0_Grad/Cast_1)
      c_grad: float64[3] = ReduceSum(Min_0_Grad/Mul_1, const_0) {keepdims=0}
      -> a_grad: float64[batch, 3], c_grad: float64[3]"
  `);
  await check('Min');
});

test('Max agrees with central differences under every broadcast', async () => {
  expect(gradientText(small('Max'))).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = int64[1] {0}
      y: float64[batch, 3] = Max(a, c)
      Max_0_Grad/Equal_0: bool[batch, 3] = Equal(a, y)
      Max_0_Grad/Cast_0: float64[batch, 3] = Cast(Max_0_Grad/Equal_0) {to=11}
      Max_0_Grad/Equal_1: bool[batch, 3] = Equal(c, y)
      Max_0_Grad/Cast_1: float64[batch, 3] = Cast(Max_0_Grad/Equal_1) {to=11}
      Max_0_Grad/Add_0: float64[batch, 3] = Add(Max_0_Grad/Cast_0, Max_0_Grad/Cast_1)
      Max_0_Grad/Div_0: float64[batch, 3] = Div(y_cotangent, Max_0_Grad/Add_0)
      a_grad: float64[batch, 3] = Mul(Max_0_Grad/Div_0, Max_0_Grad/Cast_0)
      Max_0_Grad/Mul_1: float64[batch, 3] = Mul(Max_0_Grad/Div_0, Max_0_Grad/Cast_1)
      c_grad: float64[3] = ReduceSum(Max_0_Grad/Mul_1, const_0) {keepdims=0}
      -> a_grad: float64[batch, 3], c_grad: float64[3]"
  `);
  await check('Max');
});

test('Sum agrees with central differences under every broadcast', async () => {
  expect(gradientText(small('Sum'))).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = int64[1] {0}
      c_grad: float64[3] = ReduceSum(y_cotangent, const_0) {keepdims=0}
      a_grad: float64[batch, 3] = Identity(y_cotangent)
      -> a_grad: float64[batch, 3], c_grad: float64[3]"
  `);
  await check('Sum');
});

test('Div agrees with central differences under every broadcast', async () => {
  expect(gradientText(small('Div'))).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = int64[1] {0}
      y: float64[batch, 3] = Div(a, c)
      a_grad: float64[batch, 3] = Div(y_cotangent, c)
      Div_0_Grad/Mul_0: float64[batch, 3] = Mul(a_grad, y)
      Div_0_Grad/Neg_0: float64[batch, 3] = Neg(Div_0_Grad/Mul_0)
      c_grad: float64[3] = ReduceSum(Div_0_Grad/Neg_0, const_0) {keepdims=0}
      -> a_grad: float64[batch, 3], c_grad: float64[3]"
  `);
  await check('Div', { low: 0.5, high: 2 });
});

test('Pow agrees with central differences under every broadcast', async () => {
  expect(gradientText(small('Pow'))).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = float64[] {1}
      const_1 = float64[] {0}
      const_2 = int64[1] {0}
      y: float64[batch, 3] = Pow(a, c)
      Pow_0_Grad/Sub_0: float64[3] = Sub(c, const_0)
      Pow_0_Grad/Pow_0: float64[batch, 3] = Pow(a, Pow_0_Grad/Sub_0)
      Pow_0_Grad/Mul_0: float64[batch, 3] = Mul(c, Pow_0_Grad/Pow_0)
      a_grad: float64[batch, 3] = Mul(y_cotangent, Pow_0_Grad/Mul_0)
      Pow_0_Grad/Greater_0: bool[batch, 3] = Greater(a, const_1)
      Pow_0_Grad/Where_0: float64[batch, 3] = Where(Pow_0_Grad/Greater_0, a, const_0)
      Pow_0_Grad/Log_0: float64[batch, 3] = Log(Pow_0_Grad/Where_0)
      Pow_0_Grad/Where_1: float64[batch, 3] = Where(Pow_0_Grad/Greater_0, Pow_0_Grad/Log_0, const_1)
      Pow_0_Grad/Mul_2: float64[batch, 3] = Mul(y, Pow_0_Grad/Where_1)
      Pow_0_Grad/Mul_3: float64[batch, 3] = Mul(y_cotangent, Pow_0_Grad/Mul_2)
      c_grad: float64[3] = ReduceSum(Pow_0_Grad/Mul_3, const_2) {keepdims=0}
      -> a_grad: float64[batch, 3], c_grad: float64[3]"
  `);
  await check('Pow', { low: 0.5, high: 2 });
});

test('Mean agrees with central differences under every broadcast', async () => {
  expect(gradientText(small('Mean'))).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = float64[] {0.5}
      const_1 = int64[1] {0}
      a_grad: float64[batch, 3] = Mul(y_cotangent, const_0)
      c_grad: float64[3] = ReduceSum(a_grad, const_1) {keepdims=0}
      -> a_grad: float64[batch, 3], c_grad: float64[3]"
  `);
  await checkShapes({
    shapes: BROADCASTS,
    body: (b, { a, c }) => b.op('Mean', [a as Value, c as Value]),
    whole: true,
  });
});

test('Pow by a constant exponent needs no Pow where there is a cheaper form', async () => {
  const power = (p: number) => graphOf({ x: ['batch'] }, (b, { x }) => b.pow(x as Value, p));
  expect(gradientText(power(-0.5))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {-0.5}
      const_1 = float64[] {-0.5}
      y: float64[batch] = Pow(x, const_0)
      Pow_0_Grad/Mul_0: float64[batch] = Mul(y, y)
      Pow_0_Grad/Mul_1: float64[batch] = Mul(y, Pow_0_Grad/Mul_0)
      Pow_0_Grad/Mul_2: float64[batch] = Mul(Pow_0_Grad/Mul_1, const_1)
      x_grad: float64[batch] = Mul(y_cotangent, Pow_0_Grad/Mul_2)
      -> x_grad: float64[batch]"
  `);
  for (const p of [2, 3, 0.5, -0.5, -1, 1.7]) {
    expect(gradientText(power(p)).split(/Grad.* = Pow/).length - 1).toBe(p === 1.7 ? 1 : 0);
    await checkShapes({
      shapes: [{ x: ['batch', 3] }],
      body: (b, { x }) => b.pow(x as Value, p),
      low: 0.5,
      high: 2,
    });
  }
});

test('the exponent of Pow has gradient 0 where the base is not positive', async () => {
  const graph = graphOf({ x: [3], p: [3] }, (b, { x, p }) => b.pow(x as Value, p as Value));
  expect((await gradientsOfSum(graph, { x: vector(0, -2, 1), p: vector(2, 2, 2) }))['p']).toEqual([
    0, 0, 0,
  ]);
});

test('Mod passes dy to the dividend and minus the quotient to the divisor', async () => {
  const graph = graphOf({ a: [3], c: [] }, (b, { a, c }) =>
    b.op('Mod', [a as Value, c as Value], { fmod: 1 }),
  );
  expect(gradientText(graph)).toMatchInlineSnapshot(`
    "f_gradient(a: float64[3], c: float64[], y_cotangent: float64[3]) opset 17
      const_0 = int64[1] {0}
      y: float64[3] = Mod(a, c) {fmod=1}
      Mod_0_Grad/Sub_0: float64[3] = Sub(a, y)
      Mod_0_Grad/Div_0: float64[3] = Div(Mod_0_Grad/Sub_0, c)
      Mod_0_Grad/Mul_0: float64[3] = Mul(y_cotangent, Mod_0_Grad/Div_0)
      Mod_0_Grad/Neg_0: float64[3] = Neg(Mod_0_Grad/Mul_0)
      c_grad: float64[] = ReduceSum(Mod_0_Grad/Neg_0, const_0) {keepdims=0}
      a_grad: float64[3] = Identity(y_cotangent)
      -> a_grad: float64[3], c_grad: float64[]"
  `);
  await checkShapes({
    shapes: [{ a: ['batch', 3], c: [3] }],
    body: (b, { a, c }) => b.op('Mod', [a as Value, c as Value], { fmod: 1 }),
    low: 0.6,
    high: 1.9,
  });
});

test('Where sends dy to the branch taken', async () => {
  const body = (b: GraphBuilder, { a, c }: Readonly<Record<string, Value>>) =>
    b.where(b.greater(a as Value, 0.1), a as Value, c as Value);
  expect(gradientText(graphOf({ a: ['batch', 3], c: [3] }, body))).toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 3], c: float64[3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = float64[] {0.1}
      const_1 = float64[] {0}
      const_2 = int64[1] {0}
      Greater_0: bool[batch, 3] = Greater(a, const_0)
      a_grad: float64[batch, 3] = Where(Greater_0, y_cotangent, const_1)
      Where_0_Grad/Where_1: float64[batch, 3] = Where(Greater_0, const_1, y_cotangent)
      c_grad: float64[3] = ReduceSum(Where_0_Grad/Where_1, const_2) {keepdims=0}
      -> a_grad: float64[batch, 3], c_grad: float64[3]"
  `);
  await checkShapes({ shapes: BROADCASTS, body });
});

test('Clip stops dy outside its bounds and hands it to computed bounds', async () => {
  const body = (b: GraphBuilder, { x, low, high }: Readonly<Record<string, Value>>) =>
    b.op('Clip', [x as Value, low as Value, high as Value]);
  expect(gradientText(graphOf({ x: ['batch'] }, (b, { x }) => b.clip(x as Value, -1, 1))))
    .toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch], y_cotangent: float64[batch]) opset 17
      const_0 = float64[] {-1}
      const_1 = float64[] {1}
      y: float64[batch] = Clip(x, const_0, const_1)
      Clip_0_Grad/Equal_0: bool[batch] = Equal(y, x)
      Clip_0_Grad/Cast_0: float64[batch] = Cast(Clip_0_Grad/Equal_0) {to=11}
      x_grad: float64[batch] = Mul(y_cotangent, Clip_0_Grad/Cast_0)
      -> x_grad: float64[batch]"
  `);
  await checkShapes({
    shapes: [{ x: ['batch', 3] }],
    body: (b, { x }) => b.clip(x as Value, -0.5, 0.5),
  });
  const graph = graphOf({ x: [5], low: [], high: [] }, body);
  const feeds = {
    x: vector(-2, -1, 0, 1, 2),
    low: tensorFrom('float64', [-1], []),
    high: tensorFrom('float64', [1], []),
  };
  expect(await gradientsOfSum(graph, feeds)).toEqual({ x: [0, 1, 1, 1, 0], low: [1], high: [1] });
});

test('ties of Min and Max are shared equally', async () => {
  const feeds = { a: vector(1, 2, 3), c: vector(1, 1, 5) };
  for (const [op, a, c] of [
    ['Max', [0.5, 1, 0], [0.5, 0, 1]],
    ['Min', [0.5, 0, 1], [0.5, 1, 0]],
  ] as const) {
    const graph = graphOf({ a: [3], c: [3] }, (b, v) =>
      b.op(op, [v['a'] as Value, v['c'] as Value]),
    );
    expect(await gradientsOfSum(graph, feeds)).toEqual({ a, c });
  }
});

test('PRelu has gradients to input and slope', async () => {
  const shapes = [
    { x: ['batch', 3, 2, 2], slope: [3, 1, 1] },
    { x: ['batch', 3], slope: [1] },
  ];
  const body = (b: GraphBuilder, { x, slope }: Readonly<Record<string, Value>>) =>
    b.prelu(x as Value, slope as Value);
  expect(gradientText(graphOf({ x: ['batch', 3], slope: [3] }, body))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 3], slope: float64[3], y_cotangent: float64[batch, 3]) opset 17
      const_0 = float64[] {1e+300}
      const_1 = float64[] {0}
      const_2 = float64[] {1}
      const_3 = int64[1] {0}
      PRelu_0_Grad/Mul_0: float64[batch, 3] = Mul(x, const_0)
      PRelu_0_Grad/Clip_0: float64[batch, 3] = Clip(PRelu_0_Grad/Mul_0, const_1, const_2)
      PRelu_0_Grad/Sub_0: float64[batch, 3] = Sub(const_2, PRelu_0_Grad/Clip_0)
      PRelu_0_Grad/Mul_1: float64[batch, 3] = Mul(slope, PRelu_0_Grad/Sub_0)
      PRelu_0_Grad/Add_0: float64[batch, 3] = Add(PRelu_0_Grad/Clip_0, PRelu_0_Grad/Mul_1)
      x_grad: float64[batch, 3] = Mul(y_cotangent, PRelu_0_Grad/Add_0)
      PRelu_0_Grad/Min_0: float64[batch, 3] = Min(x, const_1)
      PRelu_0_Grad/Mul_3: float64[batch, 3] = Mul(y_cotangent, PRelu_0_Grad/Min_0)
      slope_grad: float64[3] = ReduceSum(PRelu_0_Grad/Mul_3, const_3) {keepdims=0}
      -> x_grad: float64[batch, 3], slope_grad: float64[3]"
  `);
  await checkShapes({ shapes, body });
  const kink = graphOf({ x: [3], slope: [1] }, body);
  expect(await gradientsOfSum(kink, { x: vector(-2, 0, 2), slope: vector(0.25) })).toEqual({
    x: [0.25, 0.25, 1],
    slope: [-2],
  });
});
