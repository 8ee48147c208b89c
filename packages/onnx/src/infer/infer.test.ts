/** @file Type inference: symbolic dimensions, shape arithmetic as exporters write it, and messages. */
import { expect, test } from 'vitest';
import {
  checkStructure,
  check,
  graph,
  GraphBuilder,
  node,
  print,
  tensorFrom,
  valueInfo,
  valueType,
  type Dim,
} from '../index.ts';
import { dimProduct, dimQuotient, dimSum } from '../ir/dim.ts';
import { graphOf, runGraph } from '../testing/index.ts';
import type { Value } from '../build/core-builder.ts';

function shapeOf(
  input: readonly Dim[],
  body: (b: GraphBuilder, x: Value) => Value,
): readonly Dim[] {
  const b = new GraphBuilder({ name: 'g' });
  return body(b, b.input('x', 'float32', input)).shape;
}

test('symbolic dimensions multiply and divide in one canonical form', () => {
  expect(dimProduct(['b', 4, 'a', 2])).toBe('8*a*b');
  expect(dimProduct(['8*a*b', 0])).toBe(0);
  expect(dimQuotient('8*a*b', '2*a')).toBe('4*b');
  expect(dimQuotient('8*a', 'b')).toBeUndefined();
  expect(dimQuotient('3*a', 2)).toBeUndefined();
  expect(dimSum(['a', 0])).toBe('a');
  expect(dimProduct([dimSum(['a', 1]), 2])).toBe('2*(a + 1)');
});

test('a batch survives reshaping, flattening and products', () => {
  expect(shapeOf(['batch', 3, 4, 4], (b, x) => b.flatten(x))).toEqual(['batch', 48]);
  expect(shapeOf(['batch', 3, 4, 4], (b, x) => b.reshape(x, [-1, 16]))).toEqual(['3*batch', 16]);
  expect(
    shapeOf(['batch', 3, 4, 4], (b, x) => b.reshape(b.reshape(x, [-1, 16]), [-1, 48])),
  ).toEqual(['batch', 48]);
  expect(shapeOf(['batch', 3], (b, x) => b.concat([x, x], 0))).toEqual(['(batch + batch)', 3]);
  expect(
    shapeOf(['batch', 3, 'h', 'w'], (b, x) =>
      b.conv(
        x,
        b.initialiser(
          'w',
          tensorFrom(
            'float32',
            Array.from({ length: 27 }, () => 1),
            [1, 3, 3, 3],
          ),
        ),
        null,
        { pads: [1, 1, 1, 1] },
      ),
    ),
  ).toEqual(['batch', 1, 'h', 'w']);
});

test('a target shape computed from Shape, Gather and Concat is followed', () => {
  const viewed = (b: GraphBuilder, x: Value) =>
    b.reshape(x, b.concat([b.unsqueeze(b.gather(b.shapeOf(x), 0), [0]), b.int64([-1])], 0));
  expect(shapeOf(['batch', 3, 4], viewed)).toEqual(['batch', 12]);
  const halved = (b: GraphBuilder, x: Value) => {
    const channels = b.gather(b.shapeOf(x), 1);
    const half = b.op('Div', [channels, b.constant(2, { dtype: 'int64' })]);
    return b.expand(
      b.constant([1]),
      b.concat([b.unsqueeze(half, [0]), b.unsqueeze(b.mul(channels, channels), [0])], 0),
    );
  };
  expect(shapeOf(['batch', 6], halved)).toEqual([3, 36]);
});

test('what does not fit is named with the shapes and the node', () => {
  const b = new GraphBuilder({ name: 'g' });
  const [x, y] = [b.input('x', 'float32', ['batch', 3]), b.input('y', 'float64', [4, 5])];
  expect(() => b.matMul(x, b.cast(y, 'float32'))).toThrow(
    "MatMul 'MatMul_0': cannot multiply [batch, 3] by [4, 5].",
  );
  expect(() => b.add(x, y)).toThrow(
    "Add 'Add_0': expected inputs of one dtype, got float32 and float64; cast one of them.",
  );
  expect(() => b.add(x, b.cast(y, 'float32'))).toThrow(
    /shapes \[batch, 3\] and \[4, 5\] do not broadcast/,
  );
  expect(() => b.reshape(y, [3, 3])).toThrow(/cannot reshape \[4, 5\] to \[3, 3\]/);
  expect(() => b.concat([x, x], 2)).toThrow(/expected an axis from -2 to 1, got 2/);
  expect(() => b.add(1, 2)).toThrow(/expected at least one value, got the numbers 1 and 2/);
  expect(() => b.op('NoSuch', [x])).toThrow(
    /NoSuch 'NoSuch_0': Colloid does not know its output types/,
  );
  const other = new GraphBuilder({ name: 'other' });
  expect(() => other.neg(x)).toThrow(/the value 'x' belongs to another builder/);
});

test("onnxruntime's own operators are named with what to register instead", () => {
  const b = new GraphBuilder({ name: 'optimised' });
  b.input('x', 'float32', [2, 2]);
  const fused = node({
    name: 'fused',
    domain: 'com.microsoft',
    opType: 'FusedMatMul',
    inputs: ['x', 'x'],
    outputs: ['y'],
    attributes: {},
  });
  expect(() => b.addNode(fused)).toThrow(
    /com.microsoft.FusedMatMul 'fused': onnxruntime's own operators are not taken; register the file from before/,
  );
});

test('check finds values defined twice, undefined inputs, wrong declarations and opsets', () => {
  const good = graphOf({ x: ['batch', 3] }, (b, { x }) => b.exp(x as Value));
  const exp = node({ name: 'again', opType: 'Exp', inputs: ['x'], outputs: ['y'], attributes: {} });
  expect(() => checkStructure(graph({ ...good, nodes: [...good.nodes, exp] }))).toThrow(
    "the value 'y' is defined twice",
  );
  expect(() => checkStructure(graph({ ...good, nodes: [] }))).toThrow(
    "the output 'y' is not defined",
  );
  expect(() => checkStructure(graph({ ...good, opset: 12 }))).toThrow(
    'expected opset 13 to 21, got 12',
  );
  expect(() =>
    check(graph({ ...good, outputs: [valueInfo('y', valueType('float64', [3, 3, 3]))] })),
  ).toThrow("output 'y' is declared float64[3, 3, 3] and is float64[batch, 3]");
});

test('print shows unknown operators instead of failing', () => {
  const good = graphOf({ x: ['batch'] }, (b, { x }) => b.exp(x as Value));
  const odd = node({
    name: 'odd',
    domain: 'com.example',
    opType: 'Odd',
    inputs: ['x', ''],
    outputs: ['y'],
    attributes: {},
  });
  expect(print(graph({ ...good, nodes: [odd] }))).toContain('y: ? = com.example.Odd(x, _)');
});

test('inferred shapes are what onnxruntime gives', async () => {
  const b = new GraphBuilder({ name: 'g' });
  const x = b.input('x', 'float32', [2, 4, 7, 6]);
  const values: readonly Value[] = [
    b.averagePool(x, { kernel: [3, 2], strides: [2, 2], pads: [1, 0, 1, 0] }),
    b.op('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
    b.resize(x, [1, 1, 1.5, 0.5]),
    b.slice(x, { axis: 2, start: -2, end: -8, step: -2 }),
    b.transpose(x, [3, 0, 2, 1]),
    b.op('DepthToSpace', [x], { blocksize: 2 }),
    b.pad(x, [0, 1, 0, 0, 0, 0, 2, 0]),
    b.unsqueeze(b.reduceMax(x, { axes: [1, -1], keepDims: false }), [0, -1]),
    b.gather(x, b.constant([0, 1, 1, 0], { dtype: 'int64', dims: [2, 2] }), 2),
  ];
  values.forEach((value, at) => b.output(`y${at}`, value));
  const data = tensorFrom(
    'float32',
    Array.from({ length: 336 }, (_, at) => at),
    [2, 4, 7, 6],
  );
  const result = await runGraph(b.build(), { x: data });
  expect(values.map((_, at) => result[`y${at}`]?.dims)).toEqual(values.map((v) => v.shape));
});
