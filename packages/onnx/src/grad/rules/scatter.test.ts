/** @file Gradients of operators that read and write at computed places. */
import { expect, test } from 'vitest';
import type { GraphBuilder } from '../../build/graph-builder.ts';
import type { Value } from '../../build/core-builder.ts';
import { checkShapes, gradientText, gradientsOfSum, graphOf, vector } from '../../testing/index.ts';

type Values = Readonly<Record<string, Value>>;

function elements(attributes: Readonly<Record<string, string | number>> = {}) {
  return (b: GraphBuilder, { x, u }: Values): Value => {
    const rows = b.constant([2, 0, -1, 1], { dtype: 'int64', dims: [2, 2] });
    return b.op('ScatterElements', [x as Value, rows, u as Value], { axis: 1, ...attributes });
  };
}

test('ScatterElements agrees with central differences, written over and added', async () => {
  const shapes = [{ x: [2, 3], u: [2, 2] }];
  await checkShapes({ shapes, body: elements() });
  await checkShapes({ shapes, body: elements({ reduction: 'add' }), opset: 16 });
  expect(gradientText(graphOf({ x: [2, 3], u: [2, 2] }, elements()))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[2, 3], u: float64[2, 2], y_cotangent: float64[2, 3]) opset 17
      const_0 = int64[2, 2] {2, 0, -1, 1}
      const_1 = float64[] {0}
      ScatterElements_0_Grad/Shape_0: int64[2] = Shape(u)
      ScatterElements_0_Grad/Expand_0: float64[2, 2] = Expand(const_1, ScatterElements_0_Grad/Shape_0)
      x_grad: float64[2, 3] = ScatterElements(y_cotangent, const_0, ScatterElements_0_Grad/Expand_0) {axis=1}
      u_grad: float64[2, 2] = GatherElements(y_cotangent, const_0) {axis=1}
      -> x_grad: float64[2, 3], u_grad: float64[2, 2]"
  `);
  const product = graphOf({ x: [2, 3], u: [2, 2] }, elements({ reduction: 'mul' }));
  expect(() => gradientText(product)).toThrow(
    /ScatterElements 'ScatterElements_0': its gradient is there for reductions none and add, not mul/,
  );
});

function places(attributes: Readonly<Record<string, string>> = {}) {
  return (b: GraphBuilder, { x, u }: Values): Value => {
    const at = b.constant([1, 0, 0, 2], { dtype: 'int64', dims: [2, 2] });
    return b.op('ScatterND', [x as Value, at, u as Value], attributes);
  };
}

test('ScatterND agrees with central differences, written over and added', async () => {
  const shapes = [
    { x: [2, 3], u: [2] },
    { x: [2, 3, 'w'], u: [2, 'w'] },
  ];
  await checkShapes({ shapes, body: places() });
  await checkShapes({ shapes, body: places({ reduction: 'add' }) });
  expect(gradientText(graphOf({ x: [2, 3], u: [2] }, places()))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[2, 3], u: float64[2], y_cotangent: float64[2, 3]) opset 17
      const_0 = int64[2, 2] {1, 0, 0, 2}
      const_1 = float64[] {0}
      ScatterND_0_Grad/Shape_0: int64[1] = Shape(u)
      ScatterND_0_Grad/Expand_0: float64[2] = Expand(const_1, ScatterND_0_Grad/Shape_0)
      x_grad: float64[2, 3] = ScatterND(y_cotangent, const_0, ScatterND_0_Grad/Expand_0)
      u_grad: float64[2] = GatherND(y_cotangent, const_0)
      -> x_grad: float64[2, 3], u_grad: float64[2]"
  `);
  const largest = graphOf({ x: [2, 3], u: [2] }, places({ reduction: 'max' }), { opset: 18 });
  expect(() => gradientText(largest)).toThrow(/reductions none and add, not max/);
});

test('GatherND agrees with central differences, places read twice included', async () => {
  const body = (b: GraphBuilder, { x }: Values): Value =>
    b.op('GatherND', [x as Value, b.constant([1, 0, 1], { dtype: 'int64', dims: [3, 1] })]);
  await checkShapes({ shapes: [{ x: [2, 3] }, { x: [2, 3, 'w'] }], body });
  expect(gradientText(graphOf({ x: [2, 3] }, body))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[2, 3], y_cotangent: float64[3, 3]) opset 17
      const_0 = int64[3, 1] {1, 0, 1}
      const_1 = float64[] {0}
      GatherND_0_Grad/Shape_0: int64[2] = Shape(x)
      GatherND_0_Grad/Expand_0: float64[2, 3] = Expand(const_1, GatherND_0_Grad/Shape_0)
      x_grad: float64[2, 3] = ScatterND(GatherND_0_Grad/Expand_0, const_0, y_cotangent) {reduction=add}
      -> x_grad: float64[2, 3]"
  `);
  const batched = graphOf({ x: [2, 3] }, (b, { x }) =>
    b.op('GatherND', [x as Value, b.constant([1, 0], { dtype: 'int64', dims: [2, 1] })], {
      batch_dims: 1,
    }),
  );
  expect(() => gradientText(batched)).toThrow(/GatherND .* batch_dims 0, not 1/);
});

function largest(b: GraphBuilder, { x }: Values): Value {
  return b.ops('TopK', [x as Value, b.int64([2])], { axis: 1 }, 2)[0] as Value;
}

test('TopK gives dy to the elements it chose', async () => {
  await checkShapes({ shapes: [{ x: ['batch', 4, 3] }, { x: [3, 5] }], body: largest });
  expect(gradientText(graphOf({ x: ['batch', 4] }, largest))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 4], y_cotangent: float64[batch, 2]) opset 17
      const_0 = int64[1] {2}
      const_1 = float64[] {0}
      y: float64[batch, 2], TopK_0.1: int64[batch, 2] = TopK(x, const_0) {axis=1}
      TopK_0_Grad/Shape_0: int64[2] = Shape(x)
      TopK_0_Grad/Expand_0: float64[batch, 4] = Expand(const_1, TopK_0_Grad/Shape_0)
      x_grad: float64[batch, 4] = ScatterElements(TopK_0_Grad/Expand_0, TopK_0.1, y_cotangent) {axis=1}
      -> x_grad: float64[batch, 4]"
  `);
  const tied = graphOf(
    { x: [3] },
    (b, { x }) => b.ops('TopK', [x as Value, b.int64([1])], {}, 2)[0] as Value,
  );
  const { x } = await gradientsOfSum(tied, { x: vector(1, 1, 0) });
  expect(x?.toSorted()).toEqual([0, 0, 1]);
});

test('ReverseSequence turns dy back, as far as each row was turned', async () => {
  const body = (b: GraphBuilder, { x }: Values): Value =>
    b.op('ReverseSequence', [x as Value, b.int64([3, 1])], { batch_axis: 0, time_axis: 1 });
  await checkShapes({ shapes: [{ x: [2, 3] }, { x: [2, 4, 'w'] }], body });
  expect(gradientText(graphOf({ x: [2, 3] }, body))).toMatchInlineSnapshot(`
    "f_gradient(x: float64[2, 3], y_cotangent: float64[2, 3]) opset 17
      const_0 = int64[2] {3, 1}
      x_grad: float64[2, 3] = ReverseSequence(y_cotangent, const_0) {batch_axis=0, time_axis=1}
      -> x_grad: float64[2, 3]"
  `);
});
