/** @file Types of operators that move, join and cut values. */
import {
  dimProduct,
  dimQuotient,
  dimSum,
  elementCount,
  formatShape,
  sameShape,
  type Dim,
} from '../ir/dim.ts';
import { dtypeOfCode } from '../ir/dtype.ts';
import { valueType } from '../ir/graph.ts';
import type { InferContext, InferRule } from './context.ts';

/** An end that stands for that of the axis, whatever its size: PyTorch writes the largest int64, tf2onnx a thousand million. */
const OPEN_END = 1e9;

/** The shape that a Reshape target stands for. */
function reshaped(c: InferContext): readonly Dim[] {
  const input = c.shape(0);
  const target = c.ints(1);
  if (!target) {
    const rank = c.shape(1)[0];
    if (typeof rank !== 'number') return c.fail('expected a target shape of known length');
    return Array.from({ length: rank }, (_, axis) => c.unknownDim(axis));
  }
  const allowZero = c.int('allowzero', 0) === 1;
  const dims = target.values.map((d, axis) =>
    d === 0 && !allowZero ? (input[axis] ?? c.fail(`0 at axis ${axis} copies nothing`)) : d,
  );
  const free = dims.indexOf(-1);
  const total = dimProduct(input);
  if (free < 0) {
    const product = dimProduct(dims);
    if (typeof product === 'number' && typeof total === 'number' && product !== total)
      c.fail(`cannot reshape ${formatShape(input)} to ${formatShape(dims)}`);
    return dims;
  }
  const rest = dimProduct(dims.filter((_, axis) => axis !== free));
  const quotient = dimQuotient(total, rest);
  if (quotient === undefined && typeof total === 'number' && typeof rest === 'number')
    c.fail(`cannot reshape ${formatShape(input)} to ${formatShape(target.values)}`);
  return dims.map((d, axis) => (axis === free ? (quotient ?? c.unknownDim(axis)) : d));
}

const concat: InferRule = (c) => {
  const first = c.shape(0);
  const axis = c.axis(c.int('axis', 0), first.length);
  const indices = c.node.inputs.map((_, at) => at);
  c.sameDtype(indices);
  for (const at of indices) {
    const shape = c.shape(at);
    const fits =
      shape.length === first.length &&
      shape.every(
        (d, k) =>
          k === axis || d === first[k] || typeof d === 'string' || typeof first[k] === 'string',
      );
    if (!fits)
      c.fail(`cannot join ${formatShape(first)} and ${formatShape(shape)} along axis ${axis}`);
  }
  const joined = dimSum(indices.map((at) => c.shape(at)[axis] as Dim));
  return c.like(first.map((d, k) => (k === axis ? joined : d)));
};

const split: InferRule = (c) => {
  const shape = c.shape(0);
  const axis = c.axis(c.int('axis', 0), shape.length);
  const count = c.node.outputs.length;
  const size = shape[axis] as Dim;
  let sizes = c.numbers(1, 'split sizes');
  if (!sizes) {
    if (typeof size !== 'number') {
      const part = dimQuotient(size, count);
      return Array.from({ length: count }, () =>
        valueType(
          c.type(0).dtype,
          shape.map((d, k) => (k === axis ? (part ?? c.unknownDim(k)) : d)),
        ),
      );
    }
    const chunk = Math.ceil(size / count);
    sizes = Array.from({ length: count }, (_, at) => Math.min(chunk, size - at * chunk));
  }
  const total = sizes.reduce((a, b) => a + b, 0);
  if (sizes.length !== count || (typeof size === 'number' && total !== size))
    c.fail(`cannot split ${size} into [${sizes.join(', ')}]`);
  return sizes.map((part) =>
    valueType(
      c.type(0).dtype,
      shape.map((d, k) => (k === axis ? part : d)),
    ),
  );
};

const slice: InferRule = (c) => {
  const shape = [...c.shape(0)];
  const starts = c.ints(1)?.values;
  const ends = c.ints(2)?.values;
  const axes = c.numbers(3, 'axes') ?? (starts ?? c.shape(1)).map((_, at) => at);
  const steps = c.numbers(4, 'steps') ?? axes.map(() => 1);
  axes.forEach((given, at) => {
    const axis = c.axis(given, shape.length);
    const size = shape[axis] as Dim;
    const start = starts?.[at];
    const end = ends?.[at];
    const step = steps[at] as number;
    if (step === 0) c.fail('a step of 0');
    if (start === 0 && step === 1 && (end === size || (typeof end === 'number' && end >= OPEN_END)))
      return;
    shape[axis] =
      typeof size === 'number' && typeof start === 'number' && typeof end === 'number'
        ? sliceRange(size, start, end, step).length
        : c.unknownDim(axis);
  });
  return c.like(shape);
};

/** First index and number of elements of a slice along an axis of `size`. */
export function sliceRange(
  size: number,
  start: number,
  end: number,
  step: number,
): { readonly first: number; readonly length: number } {
  const clamp = (v: number, low: number, high: number): number => Math.min(Math.max(v, low), high);
  const from = start < 0 ? start + size : start;
  const to = end < 0 ? end + size : end;
  const first = step > 0 ? clamp(from, 0, size) : clamp(from, 0, size - 1);
  const last = step > 0 ? clamp(to, 0, size) : clamp(to, -1, size - 1);
  return { first, length: Math.max(0, Math.ceil((last - first) / step)) };
}

const transpose: InferRule = (c) => {
  const shape = c.shape(0);
  const perm = c.intList('perm') ?? shape.map((_, at) => shape.length - 1 - at);
  if (
    !sameShape(
      perm.toSorted((a, b) => a - b),
      shape.map((_, at) => at),
    )
  )
    c.fail(`expected perm to be an order of ${shape.length} axes, got [${perm.join(', ')}]`);
  return c.like(perm.map((axis) => shape[axis] as Dim));
};

const squeeze: InferRule = (c) => {
  const shape = c.shape(0);
  const axes =
    c.numbers(1, 'axes')?.map((a) => c.axis(a, shape.length)) ??
    shape.flatMap((d, at) => (d === 1 ? [at] : []));
  for (const axis of axes)
    if (typeof shape[axis] === 'number' && shape[axis] !== 1)
      c.fail(`axis ${axis} of ${formatShape(shape)} is not 1`);
  return c.like(shape.filter((_, at) => !axes.includes(at)));
};

const unsqueeze: InferRule = (c) => {
  const axes = c.numbers(1, 'axes') ?? c.fail('expected axes');
  const shape = c.shape(0);
  const rank = shape.length + axes.length;
  const places = new Set(axes.map((a) => c.axis(a, rank)));
  const rest = [...shape];
  return c.like(
    Array.from({ length: rank }, (_, at) => (places.has(at) ? 1 : (rest.shift() as Dim))),
  );
};

const flatten: InferRule = (c) => {
  const shape = c.shape(0);
  const axis = c.int('axis', 1);
  const at = axis < 0 ? axis + shape.length : axis;
  return c.like([dimProduct(shape.slice(0, at)), dimProduct(shape.slice(at))]);
};

const gather: InferRule = (c) => {
  const shape = c.shape(0);
  const axis = c.axis(c.int('axis', 0), shape.length);
  return c.like([...shape.slice(0, axis), ...c.shape(1), ...shape.slice(axis + 1)]);
};

const gatherND: InferRule = (c) => {
  const [data, indices] = [c.shape(0), c.shape(1)];
  const depth = indices.at(-1);
  const batch = c.int('batch_dims', 0);
  if (typeof depth !== 'number' || batch + depth > data.length)
    return c.fail(
      `expected indices whose last axis is at most ${data.length - batch}, got ${formatShape(indices)}`,
    );
  return c.like([...indices.slice(0, -1), ...data.slice(batch + depth)]);
};

const expand: InferRule = (c) => {
  const target = c.ints(1);
  const shape = c.shape(0);
  if (!target) {
    const length = c.shape(1)[0];
    if (typeof length !== 'number') return c.fail('expected a target shape of known length');
    return c.like(
      Array.from({ length: Math.max(length, shape.length) }, (_, axis) => c.unknownDim(axis)),
    );
  }
  const rank = Math.max(target.values.length, shape.length);
  return c.like(
    Array.from({ length: rank }, (_, axis) => {
      const from = shape[axis - rank + shape.length] ?? 1;
      const to = target.values[axis - rank + target.values.length] ?? 1;
      if (
        from !== to &&
        from !== 1 &&
        to !== 1 &&
        typeof from === 'number' &&
        typeof to === 'number'
      )
        c.fail(`cannot expand ${formatShape(shape)} to ${formatShape(target.values)}`);
      return to === 1 ? from : to;
    }),
  );
};

const pad: InferRule = (c) => {
  const shape = c.shape(0);
  const axes =
    c.numbers(3, 'axes')?.map((a) => c.axis(a, shape.length)) ?? shape.map((_, at) => at);
  const pads = c.ints(1)?.values;
  if (pads && pads.length !== 2 * axes.length)
    c.fail(`expected ${2 * axes.length} pads, got ${pads.length}`);
  const result = [...shape];
  axes.forEach((axis, at) => {
    const [before, after] = [pads?.[at], pads?.[at + axes.length]];
    const isKnown = typeof before === 'number' && typeof after === 'number';
    result[axis] = isKnown ? dimSum([shape[axis] as Dim, before + after]) : c.unknownDim(axis);
  });
  return c.like(result);
};

const tile: InferRule = (c) => {
  const repeats = c.ints(1)?.values;
  return c.like(
    c
      .shape(0)
      .map((d, axis) => (repeats ? dimProduct([d, repeats[axis] ?? 1]) : c.unknownDim(axis))),
  );
};

const depthToSpace: InferRule = (c) => {
  const [n, channels, height, width] = c.shape(0);
  const block = c.int('blocksize', 1);
  return c.like([
    n as Dim,
    dimQuotient(channels as Dim, block * block) ?? c.unknownDim(1),
    dimProduct([height as Dim, block]),
    dimProduct([width as Dim, block]),
  ]);
};

const spaceToDepth: InferRule = (c) => {
  const [n, channels, height, width] = c.shape(0);
  const block = c.int('blocksize', 1);
  return c.like([
    n as Dim,
    dimProduct([channels as Dim, block * block]),
    dimQuotient(height as Dim, block) ?? c.fail('height is not a multiple of blocksize'),
    dimQuotient(width as Dim, block) ?? c.fail('width is not a multiple of blocksize'),
  ]);
};

const constant: InferRule = (c) => {
  const value = c.tensor('value');
  if (value) return [valueType(value.dtype, value.dims)];
  const { attributes } = c.node;
  if (attributes['value_int']) return [valueType('int64', [])];
  if (attributes['value_float']) return [valueType('float32', [])];
  if (attributes['value_ints']?.kind === 'ints')
    return [valueType('int64', [attributes['value_ints'].value.length])];
  if (attributes['value_floats']?.kind === 'floats')
    return [valueType('float32', [attributes['value_floats'].value.length])];
  return c.fail('expected value, value_int(s) or value_float(s)');
};

const constantOfShape: InferRule = (c) => {
  const dtype = c.tensor('value')?.dtype ?? 'float32';
  const target = c.ints(0)?.values;
  if (target) return [valueType(dtype, target)];
  const rank = c.shape(0)[0];
  if (typeof rank !== 'number') return c.fail('expected a shape of known length');
  return [
    valueType(
      dtype,
      Array.from({ length: rank }, (_, axis) => c.unknownDim(axis)),
    ),
  ];
};

const range: InferRule = (c) => {
  const [start, limit, delta] = [0, 1, 2].map(
    (at) => c.constant(at)?.data[0] ?? c.ints(at)?.values[0],
  );
  if (start === 0n && Number(delta) === 1 && typeof limit === 'string')
    return [valueType(c.type(0).dtype, [limit])];
  const known = [start, limit, delta].every((v) => typeof v === 'number' || typeof v === 'bigint');
  const length = known
    ? Math.max(0, Math.ceil((Number(limit) - Number(start)) / Number(delta)))
    : c.unknownDim(0);
  return [valueType(c.type(0).dtype, [length])];
};

export const SHAPE: Readonly<Record<string, InferRule>> = {
  Reshape: (c) => c.like(reshaped(c)),
  Concat: concat,
  Split: split,
  Slice: slice,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Flatten: flatten,
  Gather: gather,
  GatherElements: (c) => c.like(c.shape(1)),
  ScatterElements: (c) => c.like(c.shape(0)),
  ReverseSequence: (c) => c.like(c.shape(0)),
  GatherND: gatherND,
  EyeLike: (c) => {
    const code = c.int('dtype', 0);
    const dtype = code === 0 ? c.type(0).dtype : dtypeOfCode(code, `EyeLike '${c.node.name}'`);
    return [valueType(dtype, c.shape(0))];
  },
  ScatterND: (c) => c.like(c.shape(0)),
  Expand: expand,
  Pad: pad,
  Tile: tile,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
  Trilu: (c) => c.like(c.shape(0)),
  Shape: (c) => {
    const rank = c.shape(0).length;
    const { first, length } = sliceRange(rank, c.int('start', 0), c.int('end', rank), 1);
    return [valueType('int64', [Math.min(length, rank - first)])];
  },
  Size: () => [valueType('int64', [])],
  NonZero: (c) => [valueType('int64', [c.shape(0).length, c.unknownDim(1)])],
  OneHot: (c) => {
    const depth =
      elementCount(c.constant(1)?.dims ?? ['?']) === undefined
        ? c.unknownDim(0)
        : Number(c.constant(1)?.data[0]);
    const axis = c.axis(c.int('axis', -1), c.shape(0).length + 1);
    return [valueType(c.type(2).dtype, c.shape(0).toSpliced(axis, 0, depth))];
  },
};
