/** @file Types of matrix products, convolutions, normalisations, pools and resizing. */
import { broadcastShapes, dimProduct, formatShape, type Dim } from '../ir/dim.ts';
import { valueType } from '../ir/graph.ts';
import type { InferRule } from './context.ts';
import { einsum } from './einsum.ts';
import { resize } from './resize.ts';
import { transposedGeometry } from './transposed-window.ts';
import { windowGeometry } from './window.ts';

function agree(a: Dim | undefined, b: Dim | undefined): boolean {
  return a === b || typeof a === 'string' || typeof b === 'string';
}

const matMul: InferRule = (c) => {
  const dtype = c.sameDtype([0, 1]);
  const [a, b] = [c.shape(0), c.shape(1)];
  if (a.length === 0 || b.length === 0) c.fail('expected inputs with axes, got a scalar');
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  if (!agree(left.at(-1), right.at(-2)))
    c.fail(`cannot multiply ${formatShape(a)} by ${formatShape(b)}`);
  const batch =
    broadcastShapes(left.slice(0, -2), right.slice(0, -2)) ??
    c.fail(`cannot broadcast ${formatShape(a)} and ${formatShape(b)}`);
  const rows = a.length === 1 ? [] : [left.at(-2) as Dim];
  const columns = b.length === 1 ? [] : [right.at(-1) as Dim];
  return [valueType(dtype, [...batch, ...rows, ...columns])];
};

const gemm: InferRule = (c) => {
  const dtype = c.sameDtype(c.has(2) ? [0, 1, 2] : [0, 1]);
  const a = c.int('transA', 0) ? c.shape(0).toReversed() : c.shape(0);
  const b = c.int('transB', 0) ? c.shape(1).toReversed() : c.shape(1);
  if (a.length !== 2 || b.length !== 2 || !agree(a[1], b[0]))
    c.fail(`cannot multiply ${formatShape(a)} by ${formatShape(b)}`);
  return [valueType(dtype, [a[0] as Dim, b[1] as Dim])];
};

const conv: InferRule = (c) => {
  const dtype = c.sameDtype(c.has(2) ? [0, 1, 2] : [0, 1]);
  const [x, w] = [c.shape(0), c.shape(1)];
  const group = c.int('group', 1);
  if (x.length < 3 || x.length !== w.length)
    c.fail(
      `expected input and kernel of one rank, at least 3, got ${formatShape(x)} and ${formatShape(w)}`,
    );
  if (!agree(x[1], dimProduct([w[1] as Dim, group])))
    c.fail(`expected ${String(dimProduct([w[1] as Dim, group]))} channels, got ${String(x[1])}`);
  const kernel = w.slice(2);
  if (kernel.some((k) => typeof k !== 'number')) c.fail('expected a kernel of known size');
  return [
    valueType(dtype, [x[0] as Dim, w[0] as Dim, ...windowGeometry(c, kernel as number[]).output]),
  ];
};

const convTranspose: InferRule = (c) => {
  const dtype = c.sameDtype(c.has(2) ? [0, 1, 2] : [0, 1]);
  const [x, w] = [c.shape(0), c.shape(1)];
  if (!agree(x[1], w[0])) c.fail(`expected ${String(w[0])} channels, got ${String(x[1])}`);
  const { output } = transposedGeometry(c);
  const channels = dimProduct([w[1] as Dim, c.int('group', 1)]);
  return [valueType(dtype, [x[0] as Dim, channels, ...output])];
};

const pool: InferRule = (c) => {
  const kernel = c.intList('kernel_shape') ?? c.fail('expected kernel_shape');
  const shape = [...c.shape(0).slice(0, 2), ...windowGeometry(c, kernel).output];
  const types = [valueType(c.type(0).dtype, shape), valueType('int64', shape)];
  return types.slice(0, Math.max(1, c.node.outputs.length));
};

const globalPool: InferRule = (c) => c.like(c.shape(0).map((d, at) => (at < 2 ? d : 1)));

const firstLike: InferRule = (c) => c.like(c.shape(0));

const batchNorm: InferRule = (c) => {
  if (c.int('training_mode', 0) === 1 || c.node.outputs.filter((o) => o !== '').length > 1)
    c.fail(
      'expected inference mode (training_mode 0, one output); export the model with eval(), or compose training statistics from reductions',
    );
  return c.like(c.shape(0));
};

const groupNorm: InferRule = (c) => {
  const channels = c.shape(0)[1];
  const groups = c.int('num_groups', 0);
  const isPerChannel = c.opset >= 21;
  if (groups < 1 || (typeof channels === 'number' && channels % groups !== 0))
    c.fail(`expected num_groups to divide ${String(channels)} channels, got ${groups}`);
  const expected = isPerChannel ? channels : groups;
  for (const at of [1, 2])
    if (!agree(c.shape(at)[0], expected))
      c.fail(
        `expected one scale and bias per ${isPerChannel ? 'channel' : 'group'} (${String(expected)}), as opset ${c.opset} has them, got ${String(c.shape(at)[0])}`,
      );
  return c.like(c.shape(0));
};

const layerNorm: InferRule = (c) => {
  const shape = c.shape(0);
  const axis = c.axis(c.int('axis', -1), shape.length);
  const statistics = valueType(
    c.type(0).dtype,
    shape.map((d, at) => (at < axis ? d : 1)),
  );
  return [c.type(0), statistics, statistics].slice(0, c.node.outputs.length);
};

export const NETWORK: Readonly<Record<string, InferRule>> = {
  MatMul: matMul,
  Gemm: gemm,
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
  BatchNormalization: batchNorm,
  InstanceNormalization: firstLike,
  GroupNormalization: groupNorm,
  LayerNormalization: layerNorm,
  MeanVarianceNormalization: firstLike,
  LRN: firstLike,
  Resize: resize,
  Einsum: einsum,
};
