/** @file Constants are computed as onnxruntime computes them, whatever the operator. */
import { expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import { GraphBuilder } from '../build/graph-builder.ts';
import { foldConstants } from '../simplify/fold-constants.ts';
import { tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { randomTensor, runGraph } from '../testing/index.ts';

type Body = (b: GraphBuilder, x: Value) => Value;

const CASES: Readonly<Record<string, Body>> = {
  Transpose: (b, x) => b.transpose(x, [2, 0, 1]),
  'Transpose without perm': (b, x) => b.op('Transpose', [x]),
  Reshape: (b, x) => b.reshape(x, [4, -1]),
  Expand: (b, x) => b.expand(b.slice(x, { axis: 1, start: 0, end: 1 }), [5, 1, 3, 4]),
  'Slice backwards': (b, x) => b.slice(x, { axis: 2, start: -1, end: -9, step: -2 }),
  Gather: (b, x) => b.gather(x, [2, -3, 0], 1),
  'Gather of one': (b, x) => b.gather(x, 1, 2),
  Concat: (b, x) => b.concat([x, b.slice(x, { axis: 1, start: 1, end: 2 })], 1),
  Split: (b, x) => b.split(x, [1, 3], 2)[1] as Value,
  Pad: (b, x) => b.pad(x, [0, 1, -1, 2, 0, 1], 7),
  Tile: (b, x) => b.op('Tile', [x, b.int64([2, 1, 3])]),
  Squeeze: (b, x) => b.squeeze(b.unsqueeze(x, [0, 2]), [2]),
  ConstantOfShape: (b, x) => b.add(x, b.op('ConstantOfShape', [b.int64([3, 1])])),
  'Shape and Size': (b, x) =>
    b.mul(
      b.cast(b.concat([b.shapeOf(x), b.reshape(b.op('Size', [x]), [1])], 0), 'float32'),
      b.constant([1, 2, 3, 4]),
    ),
  'whole division': (b, x) => b.cast(b.div(b.shapeOf(x), b.int64([2, 2, -3])), 'float32'),
  ReduceSum: (b, x) => b.reduceSum(x, { axes: [0, 2], keepDims: false }),
  ReduceMean: (b, x) => b.reduceMean(x, { axes: [1] }),
  ReduceL2: (b, x) => b.reduceL2(x),
  ReduceMax: (b, x) => b.reduceMax(x, { axes: [-1], keepDims: false }),
  MatMul: (b, x) => b.matMul(b.reshape(x, [6, 4]), b.reshape(x, [4, 6])),
  Gemm: (b, x) =>
    b.gemm(b.reshape(x, [4, 6]), b.reshape(x, [4, 6]), b.constant([1, 2, 3, 4, 5, 6]), {
      transA: true,
      alpha: 0.5,
      beta: 2,
    }),
  PRelu: (b, x) => b.op('PRelu', [x, b.constant([0.1, 0.2, 0.3], { dims: [3, 1] })]),
  Where: (b, x) => b.where(b.greater(x, 0), x, b.mul(x, 0.5)),
  Gelu: (b, x) => b.op('Gelu', [x]),
  Clip: (b, x) => b.clip(x, -0.25, null),
  Erf: (b, x) => b.op('Erf', [x]),
};

test.each(Object.entries(CASES))('%s of a constant becomes the constant', async (_, body) => {
  const b = new GraphBuilder({ name: 'g', opset: 20 });
  const input = b.input('scale', 'float32', []);
  const x = b.initialiser('x', randomTensor([2, 3, 4], { dtype: 'float32' }));
  b.output('y', b.mul(body(b, x), input));
  const graph = b.build();
  const folded = foldConstants(graph);
  expect(folded.nodes.map((n) => n.opType)).toEqual(['Mul']);
  const feeds = { scale: randomTensor([], { dtype: 'float32' }) };
  const [expected, found] = [await runGraph(graph, feeds), await runGraph(folded, feeds)];
  expect(found['y']?.dims).toEqual(expected['y']?.dims);
  const reference = tensorNumbers(expected['y'] as Tensor);
  tensorNumbers(found['y'] as Tensor).forEach((value, at) =>
    expect(Math.abs(value - (reference[at] as number))).toBeLessThan(2e-6),
  );
});
