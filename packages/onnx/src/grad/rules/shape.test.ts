/** @file Gradients of operators that move, join and cut values. */
import { checkShapes, gradientText, graphOf, type Shape } from '../../testing/index.ts';
import { expect, test } from 'vitest';
import type { GraphBuilder } from '../../build/graph-builder.ts';
import type { Value } from '../../build/core-builder.ts';

type Values = Readonly<Record<string, Value>>;
type Make = (b: GraphBuilder, x: Value) => Value;

const X = { x: ['batch', 5, 2] };

function one(make: Make) {
  return graphOf(X, (b, { x }) => make(b, x as Value));
}

function check(make: Make, shapes: readonly Readonly<Record<string, Shape>>[] = [X]) {
  return checkShapes({ shapes, body: (b, { x }) => make(b, x as Value) });
}

test('Reshape gives dy the shape of its input', async () => {
  const make: Make = (b, x) => b.reshape(x, [-1, 10]);
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 10]) opset 17
      const_1 = int64[3] {0, 5, 2}
      x_grad: float64[batch, 5, 2] = Reshape(y_cotangent, const_1)
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Flatten gives dy the shape of its input', async () => {
  const make: Make = (b, x) => b.flatten(x);
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 10]) opset 17
      const_0 = int64[3] {0, 5, 2}
      x_grad: float64[batch, 5, 2] = Reshape(y_cotangent, const_0)
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Transpose takes the inverse order', async () => {
  const make: Make = (b, x) => b.transpose(x, [2, 0, 1]);
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[2, batch, 5]) opset 17
      x_grad: float64[batch, 5, 2] = Transpose(y_cotangent) {perm=[1, 2, 0]}
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Unsqueeze and Squeeze undo each other', async () => {
  const make: Make = (b, x) => b.squeeze(b.unsqueeze(x, [0, 3]), [0]);
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 5, 1, 2]) opset 17
      const_2 = int64[5] {1, -1, 5, 1, 2}
      const_3 = int64[3] {-1, 5, 2}
      Squeeze_0_Grad/Reshape_0: float64[1, batch, 5, 1, 2] = Reshape(y_cotangent, const_2)
      x_grad: float64[batch, 5, 2] = Reshape(Squeeze_0_Grad/Reshape_0, const_3)
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Expand sums over what it repeated', async () => {
  const make: Make = (b, x) => b.expand(b.unsqueeze(x, [1]), [1, 3, 5, 2]);
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 3, 5, 2]) opset 17
      const_2 = int64[1] {1}
      const_3 = int64[3] {0, 5, 2}
      Expand_0_Grad/ReduceSum_0: float64[batch, 1, 5, 2] = ReduceSum(y_cotangent, const_2) {keepdims=1}
      x_grad: float64[batch, 5, 2] = Reshape(Expand_0_Grad/ReduceSum_0, const_3)
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Pad crops dy', async () => {
  const make: Make = (b, x) => b.pad(x, [0, 1, 0, 0, 2, 3]);
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 8, 5]) opset 17
      const_2 = int64[6] {0, -1, 0, 0, -2, -3}
      const_3 = float64[] {0}
      x_grad: float64[batch, 5, 2] = Pad(y_cotangent, const_2, const_3) {mode=constant}
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Pad in modes reflect, edge and wrap adds dy back to where it was read', async () => {
  const padded =
    (mode: string, pads: readonly number[]): Make =>
    (b, x) =>
      b.op('Pad', [x, b.int64(pads)], { mode });
  for (const mode of ['reflect', 'edge']) await check(padded(mode, [0, 2, 1, 0, 3, 1]));
  const around = { shapes: [{ x: ['batch', 5, 2] }], opset: 19 };
  await checkShapes({
    ...around,
    body: (b, { x }) => padded('wrap', [0, 2, 1, 0, 7, 1])(b, x as Value),
  });
  expect(gradientText(one(padded('edge', [0, 0, 1, 0, 0, 1])))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 5, 4]) opset 17
      const_1 = int64[4] {0, 5, 2, 2}
      const_2 = int64[1] {3}
      Pad_0_Grad/Reshape_0: float64[batch, 5, 2, 2] = Reshape(y_cotangent, const_1)
      x_grad: float64[batch, 5, 2] = ReduceSum(Pad_0_Grad/Reshape_0, const_2) {keepdims=0}
      -> x_grad: float64[batch, 5, 2]"
  `);
  expect(() => gradientText(one(padded('edge', [1, 0, 0, 1, 0, 0])))).toThrow(
    /Pad 'Pad_0': its gradient needs a fixed size along the padded axis 0/,
  );
});

test('Tile sums over the copies', async () => {
  const make: Make = (b, x) => b.op('Tile', [x, b.int64([2, 1, 3])]);
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[2*batch, 5, 6]) opset 17
      const_1 = int64[5] {2, -1, 5, 3, 2}
      const_2 = int64[2] {0, 3}
      Tile_0_Grad/Reshape_0: float64[2, batch, 5, 3, 2] = Reshape(y_cotangent, const_1)
      x_grad: float64[batch, 5, 2] = ReduceSum(Tile_0_Grad/Reshape_0, const_2) {keepdims=0}
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Tile sums over copies whose number only the run knows', async () => {
  const learned: Make = (b, x) => {
    const count = b.slice(b.shapeOf(x), { axis: 0, start: 0, end: 1 });
    const token = b.reduceSum(x, { axes: [0] });
    return b.op('Tile', [token, b.concat([count, b.int64([1, 3])], 0)]);
  };
  await check(learned);
  await check((b, x) => b.op('Tile', [x, b.cast(b.constant([2, 1, 3]), 'int64')]));
});

test('CumSum sums from the other end', async () => {
  const make: Make = (b, x) =>
    b.op('CumSum', [x, b.constant(1, { dtype: 'int64' })], { exclusive: 1 });
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 5, 2]) opset 17
      const_0 = int64[] {1}
      x_grad: float64[batch, 5, 2] = CumSum(y_cotangent, const_0) {exclusive=1, reverse=1}
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Trilu keeps its triangle', async () => {
  const make: Make = (b, x) => b.op('Trilu', [x], { upper: 0 });
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 5, 2]) opset 17
      x_grad: float64[batch, 5, 2] = Trilu(y_cotangent) {upper=0}
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Slice pads dy back', async () => {
  const make: Make = (b, x) => b.slice(x, { axis: 1, start: 1, end: 4 });
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 3, 2]) opset 17
      const_2 = int64[6] {0, 1, 0, 0, 1, 0}
      const_3 = float64[] {0}
      x_grad: float64[batch, 5, 2] = Pad(y_cotangent, const_2, const_3) {mode=constant}
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Slice with a step spreads dy', async () => {
  const make: Make = (b, x) => b.slice(x, { axis: 1, start: 0, end: 5, step: 2 });
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 3, 2]) opset 17
      const_4 = int64[1] {2}
      const_5 = int64[8] {0, 0, 0, 0, 0, 0, 1, 0}
      const_6 = float64[] {0}
      const_7 = int64[3] {0, 6, 2}
      const_8 = int64[1] {0}
      const_9 = int64[1] {5}
      const_10 = int64[1] {1}
      const_11 = int64[6] {0, 0, 0, 0, 0, 0}
      Slice_0_Grad/Unsqueeze_0: float64[batch, 3, 1, 2] = Unsqueeze(y_cotangent, const_4)
      Slice_0_Grad/Pad_0: float64[batch, 3, 2, 2] = Pad(Slice_0_Grad/Unsqueeze_0, const_5, const_6) {mode=constant}
      Slice_0_Grad/Reshape_0: float64[batch, 6, 2] = Reshape(Slice_0_Grad/Pad_0, const_7)
      Slice_0_Grad/Slice_0: float64[batch, 5, 2] = Slice(Slice_0_Grad/Reshape_0, const_8, const_9, const_10)
      x_grad: float64[batch, 5, 2] = Pad(Slice_0_Grad/Slice_0, const_11, const_6) {mode=constant}
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Gather of distinct constant rows is undone by Gather', async () => {
  const make: Make = (b, x) => b.gather(x, [2, 0, 4], 1);
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 3, 2]) opset 17
      const_1 = int64[6] {0, 0, 0, 0, 1, 0}
      const_2 = float64[] {0}
      const_3 = int64[5] {1, 3, 0, 3, 2}
      Gather_0_Grad/Pad_0: float64[batch, 4, 2] = Pad(y_cotangent, const_1, const_2) {mode=constant}
      x_grad: float64[batch, 5, 2] = Gather(Gather_0_Grad/Pad_0, const_3) {axis=1}
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('Gather of repeated constant rows adds them by a product', async () => {
  const make: Make = (b, x) => b.gather(x, [1, 1, 0], 1);
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 3, 2]) opset 17
      const_1 = float64[5, 3]
      Gather_0_Grad/Transpose_0: float64[batch, 2, 3] = Transpose(y_cotangent) {perm=[0, 2, 1]}
      Gather_0_Grad/Transpose_1: float64[3, 5] = Transpose(const_1) {perm=[1, 0]}
      Gather_0_Grad/MatMul_0: float64[batch, 2, 5] = MatMul(Gather_0_Grad/Transpose_0, Gather_0_Grad/Transpose_1)
      x_grad: float64[batch, 5, 2] = Transpose(Gather_0_Grad/MatMul_0) {perm=[0, 2, 1]}
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('a symbolic Reshape takes the shape from the input when two axes are unknown', async () => {
  const make: Make = (b, x) => b.reshape(x, [-1, 2]);
  await check(make, [{ x: ['batch', 'n', 2] }]);
});

test('Slice is right for every start, end and step, forwards and backwards', async () => {
  for (const [start, end, step] of [
    [0, 5, 3],
    [1, 4, 2],
    [4, 0, -1],
    [-1, -100, -2],
    [-3, -1, 1],
  ] as const)
    await check((b, x) => b.slice(x, { axis: 1, start, end, step }));
});

test('Slice along a symbolic axis reads its pads from the shapes', async () => {
  await check((b, x) => b.slice(x, { axis: 0, start: 1, end: 2 }));
  await check((b, x) => b.slice(x, { axis: 0, start: 0, end: 1 }));
  const backwards = one((b, x) => b.slice(x, { axis: 0, start: -1, end: -100, step: -1 }));
  expect(() => gradientText(backwards)).toThrow(/along the symbolic axis 0 needs step 1/);
});

test('Gather adds back along any axis, by scalar, matrix and computed indices', async () => {
  for (const axis of [0, 1, 2])
    for (const indices of [[1, 0], [0], [1, 1, 0]])
      await check((b, x) => b.gather(x, indices, axis), [{ x: [3, 3, 3] }]);
  await check((b, x) => b.gather(x, 1, 1));
  await check((b, x) => b.gather(x, b.constant([0, 1, 1, 4], { dtype: 'int64', dims: [2, 2] }), 1));
  const computed: Make = (b, x) => b.gather(x, b.op('ArgMax', [x], { axis: 0, keepdims: 0 }), 0);
  expect(gradientText(graphOf({ x: [3] }, (b, { x }) => computed(b, x as Value))))
    .toMatchInlineSnapshot(`
    "f_gradient(x: float64[3], y_cotangent: float64[]) opset 17
      const_0 = int64[1] {0}
      const_1 = int64[2] {-1, 1}
      const_2 = float64[] {0}
      ArgMax_0: int64[] = ArgMax(x) {axis=0, keepdims=0}
      Gather_0_Grad/Unsqueeze_0: float64[1] = Unsqueeze(y_cotangent, const_0)
      Gather_0_Grad/Reshape_0: int64[1, 1] = Reshape(ArgMax_0, const_1)
      Gather_0_Grad/Shape_0: int64[1] = Shape(x)
      Gather_0_Grad/Expand_0: float64[3] = Expand(const_2, Gather_0_Grad/Shape_0)
      x_grad: float64[3] = ScatterND(Gather_0_Grad/Expand_0, Gather_0_Grad/Reshape_0, Gather_0_Grad/Unsqueeze_0) {reduction=add}
      -> x_grad: float64[3]"
  `);
  await check(computed, [{ x: [3] }]);
});

test('Gather and GatherElements at computed indices add back before ScatterND and ScatterElements could', async () => {
  const order = (b: GraphBuilder, x: Value, axis: number): Value =>
    b.op('ArgMax', [x], { axis, keepdims: 0 });
  await checkShapes({
    shapes: [{ x: ['batch', 5, 2] }],
    opset: 13,
    body: (b, { x }) => b.gather(x as Value, order(b, x as Value, 2), 1),
  });
  await checkShapes({
    shapes: [{ x: ['batch', 5, 2] }],
    opset: 13,
    body: (b, { x }) => {
      const at = b.op('ArgMax', [x as Value], { axis: 1, keepdims: 1 });
      return b.op('GatherElements', [x as Value, b.concat([at, b.sub(at, at)], 1)], { axis: 1 });
    },
  });
  const open = graphOf(
    { x: ['n', 2] },
    (b, { x }) => b.gather(x as Value, order(b, x as Value, 1)),
    {
      opset: 15,
    },
  );
  expect(() => gradientText(open)).toThrow(/of an open axis needs opset 16 or later/);
});

test('GatherElements adds back element by element', async () => {
  const make: Make = (b, x) =>
    b.op('GatherElements', [x, b.constant([0, 0, 2, 1], { dtype: 'int64', dims: [2, 2] })], {
      axis: 1,
    });
  await check(make, [{ x: [2, 3] }]);
});

test('Concat gives each input its part, also along a symbolic axis', async () => {
  const along =
    (axis: number) =>
    (b: GraphBuilder, { a, c }: Values) =>
      b.concat([a as Value, c as Value], axis);
  expect(gradientText(graphOf({ a: ['batch', 1], c: ['batch', 3] }, along(1))))
    .toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 1], c: float64[batch, 3], y_cotangent: float64[batch, 4]) opset 17
      const_0 = int64[2] {1, 3}
      a_grad: float64[batch, 1], c_grad: float64[batch, 3] = Split(y_cotangent, const_0) {axis=1}
      -> a_grad: float64[batch, 1], c_grad: float64[batch, 3]"
  `);
  expect(gradientText(graphOf({ a: ['batch', 1], c: ['batch', 3] }, along(1)), ['a']))
    .toMatchInlineSnapshot(`
    "f_gradient(a: float64[batch, 1], c: float64[batch, 3], y_cotangent: float64[batch, 4]) opset 17
      const_0 = int64[1] {0}
      const_1 = int64[1] {1}
      a_grad: float64[batch, 1] = Slice(y_cotangent, const_0, const_1, const_1)
      -> a_grad: float64[batch, 1]"
  `);
  await checkShapes({ shapes: [{ a: ['batch', 1], c: ['batch', 3] }], body: along(1) });
  await checkShapes({ shapes: [{ a: ['batch', 2], c: ['n', 2] }], body: along(0) });
});

test('Split joins the cotangents, zeros for a part that nothing used', async () => {
  const make: Make = (b, x) => {
    const [first, , last] = b.split(x, [1, 3, 1], 1);
    return b.mul(first as Value, last as Value);
  };
  expect(gradientText(one(make))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 5, 2], y_cotangent: float64[batch, 1, 2]) opset 17
      const_0 = int64[3] {1, 3, 1}
      const_1 = float64[] {0}
      Split_0: float64[batch, 1, 2], Split_0.1: float64[batch, 3, 2], Split_0.2: float64[batch, 1, 2] = Split(x, const_0) {axis=1}
      Mul_0_Grad/Mul_0: float64[batch, 1, 2] = Mul(y_cotangent, Split_0.2)
      Mul_0_Grad/Mul_1: float64[batch, 1, 2] = Mul(y_cotangent, Split_0)
      Split_0_Grad/Shape_0: int64[3] = Shape(Split_0.1)
      Split_0_Grad/Expand_0: float64[batch, 3, 2] = Expand(const_1, Split_0_Grad/Shape_0)
      x_grad: float64[batch, 5, 2] = Concat(Mul_0_Grad/Mul_0, Split_0_Grad/Expand_0, Mul_0_Grad/Mul_1) {axis=1}
      -> x_grad: float64[batch, 5, 2]"
  `);
  await check(make);
});

test('DepthToSpace and SpaceToDepth undo each other in both modes', async () => {
  const shapes = [{ x: ['batch', 8, 2, 3] }];
  for (const mode of ['DCR', 'CRD'])
    await checkShapes({
      shapes,
      whole: true,
      body: (b, { x }) => b.op('DepthToSpace', [x as Value], { blocksize: 2, mode }),
    });
  await checkShapes({
    shapes: [{ x: ['batch', 2, 4, 6] }],
    whole: true,
    body: (b, { x }) => b.op('SpaceToDepth', [x as Value], { blocksize: 2 }),
  });
});

test('Slice with a step beyond the axis puts its one element back, the open batch kept', async () => {
  const body = (b: GraphBuilder, { x }: Values): Value =>
    b.op('Slice', [
      x as Value,
      b.int64([0, 1]),
      b.int64([1e9, 1e9]),
      b.int64([0, 1]),
      b.int64([1, 1e9]),
    ]);
  await checkShapes({ shapes: [{ x: ['batch', 4, 3] }, { x: [2, 2] }], body });
  expect(graphOf({ x: ['batch', 4, 3] }, body).outputs[0]?.type.shape).toEqual(['batch', 1, 3]);
});
