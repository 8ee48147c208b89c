/** @file Shape arithmetic: which small integer values a node gives, where dimensions may be symbolic. */
import { dimProduct, dimQuotient, dimSum, type Dim } from '../ir/dim.ts';
import type { FoldRule, InferContext, KnownInts } from './context.ts';
import { sliceRange } from './shape.ts';

const vector = (values: readonly Dim[]): KnownInts => ({ dims: [values.length], values });

const pass: FoldRule = (c) => c.ints(0);

function pairwise(combine: (a: Dim, b: Dim) => Dim | undefined): FoldRule {
  return (c) => {
    const [a, b] = [c.ints(0), c.ints(1)];
    if (!a || !b) return undefined;
    const wide = a.dims.length >= b.dims.length && a.values.length >= b.values.length ? a : b;
    const values = wide.values.map((_, at) => combine(pick(a, at), pick(b, at)));
    return values.every((v) => v !== undefined) ? { dims: wide.dims, values } : undefined;
  };
}

function pick(known: KnownInts, at: number): Dim {
  return known.values[known.values.length === 1 ? 0 : at] as Dim;
}

const shapeOf: FoldRule = (c) => {
  const shape = c.shape(0);
  const { first, length } = sliceRange(
    shape.length,
    c.int('start', 0),
    c.int('end', shape.length),
    1,
  );
  return vector(shape.slice(first, first + length));
};

const concat: FoldRule = (c) => {
  const parts = c.node.inputs.map((_, at) => c.ints(at));
  return parts.every((p) => p !== undefined) ? vector(parts.flatMap((p) => p.values)) : undefined;
};

const gather: FoldRule = (c) => {
  const [data, indices] = [c.ints(0), c.ints(1)];
  if (!data || !indices || data.dims.length !== 1) return undefined;
  const values = indices.values.map((i) =>
    typeof i === 'number' ? data.values[i < 0 ? i + data.values.length : i] : undefined,
  );
  return values.every((v) => v !== undefined) ? { dims: indices.dims, values } : undefined;
};

const slice: FoldRule = (c) => {
  const data = c.ints(0);
  const bounds = [1, 2].map((at) => c.ints(at)?.values[0]);
  const step = c.ints(4)?.values[0] ?? 1;
  const [start, end] = bounds;
  if (
    !data ||
    data.dims.length !== 1 ||
    typeof start !== 'number' ||
    typeof end !== 'number' ||
    typeof step !== 'number'
  )
    return undefined;
  const { first, length } = sliceRange(data.values.length, start, end, step);
  return vector(Array.from({ length }, (_, at) => data.values[first + at * step] as Dim));
};

const constantOfShape: FoldRule = (c) => {
  const count = c.ints(0)?.values;
  const value = c.tensor('value');
  if (
    count?.length !== 1 ||
    typeof count[0] !== 'number' ||
    value?.dtype !== 'int64' ||
    count[0] > 64
  )
    return undefined;
  return vector(Array.from({ length: count[0] }, () => Number(value.data[0])));
};

const cast: FoldRule = (c: InferContext) =>
  c.int('to', 0) === 7 || c.int('to', 0) === 6 ? c.ints(0) : undefined;

export const FOLD: Readonly<Record<string, FoldRule>> = {
  Shape: shapeOf,
  Size: (c) => ({ dims: [], values: [dimProduct(c.shape(0))] }),
  Concat: concat,
  Gather: gather,
  Slice: slice,
  Cast: cast,
  ConstantOfShape: constantOfShape,
  Identity: pass,
  Reshape: (c) => {
    const known = c.ints(0);
    return known && { dims: [known.values.length], values: known.values };
  },
  Unsqueeze: (c) => {
    const known = c.ints(0);
    return known?.dims.length === 0 ? vector(known.values) : undefined;
  },
  Squeeze: (c) => {
    const known = c.ints(0);
    return known?.values.length === 1 ? { dims: [], values: known.values } : undefined;
  },
  Mul: pairwise((a, b) => dimProduct([a, b])),
  Div: pairwise((a, b) => dimQuotient(a, b)),
  Add: pairwise((a, b) => dimSum([a, b])),
  Sub: pairwise((a, b) => (a === b ? 0 : typeof b === 'number' ? dimSum([a, -b]) : undefined)),
};
