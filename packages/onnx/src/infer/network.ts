/** @file Types of matrix products, convolutions, normalisations, pools and resizing. */
import { broadcastShapes, dimProduct, dimSum, formatShape, type Dim } from '../ir/dim.ts';
import { valueType } from '../ir/graph.ts';
import { tensorNumbers } from '../ir/tensor.ts';
import type { InferContext, InferRule } from './context.ts';
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
  const [x, w] = [c.shape(0), c.shape(1)];
  const group = c.int('group', 1);
  const kernel = w.slice(2) as number[];
  const strides = c.intList('strides') ?? kernel.map(() => 1);
  const dilations = c.intList('dilations') ?? kernel.map(() => 1);
  const extra = c.intList('output_padding') ?? kernel.map(() => 0);
  const pads = c.intList('pads') ?? [...kernel, ...kernel].map(() => 0);
  if (c.intList('output_shape') || c.string('auto_pad', 'NOTSET') !== 'NOTSET')
    c.fail('output_shape and auto_pad are not taken; give pads');
  const output = kernel.map((k, at) => {
    const rest =
      (k - 1) * (dilations[at] as number) +
      1 -
      (pads[at] as number) -
      (pads[at + kernel.length] as number) +
      (extra[at] as number);
    return dimSum([dimProduct([dimSum([x[at + 2] as Dim, -1]), strides[at] as number]), rest]);
  });
  return c.like([x[0] as Dim, dimProduct([w[1] as Dim, group]), ...output]);
};

const pool: InferRule = (c) => {
  const kernel = c.intList('kernel_shape') ?? c.fail('expected kernel_shape');
  const shape = [...c.shape(0).slice(0, 2), ...windowGeometry(c, kernel).output];
  const types = [valueType(c.type(0).dtype, shape), valueType('int64', shape)];
  return types.slice(0, Math.max(1, c.node.outputs.length));
};

const globalPool: InferRule = (c) => c.like(c.shape(0).map((d, at) => (at < 2 ? d : 1)));

const resize: InferRule = (c) => {
  const shape = c.shape(0);
  const axes = c.intList('axes')?.map((a) => c.axis(a, shape.length)) ?? shape.map((_, at) => at);
  const result = [...shape];
  const sizes = c.ints(3)?.values;
  const scales = c.constant(2);
  axes.forEach((axis, at) => {
    if (sizes) result[axis] = sizes[at] as Dim;
    else result[axis] = scaled(c, axis, scales ? (tensorNumbers(scales)[at] ?? 1) : undefined);
  });
  return c.like(result);
};

function scaled(c: InferContext, axis: number, scale: number | undefined): Dim {
  const size = c.shape(0)[axis] as Dim;
  if (scale === 1) return size;
  if (scale === undefined) return c.unknownDim(axis);
  return typeof size === 'number'
    ? Math.floor(size * scale)
    : Number.isInteger(scale)
      ? dimProduct([size, scale])
      : c.unknownDim(axis);
}

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
  Einsum: (c) => {
    const [left, right] = c.string('equation', '').replaceAll(' ', '').split('->');
    if (!left || right === undefined || left.includes('.'))
      return c.fail('expected an equation with named axes and ->');
    const sizes = new Map<string, Dim>();
    left
      .split(',')
      .forEach((term, at) =>
        term.split('').forEach((letter, axis) => sizes.set(letter, c.shape(at)[axis] as Dim)),
      );
    return c.like(
      right
        .split('')
        .map((letter) => sizes.get(letter) ?? c.fail(`${letter} is not in the inputs`)),
    );
  },
};
