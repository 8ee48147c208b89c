/** @file Moving known elements about: reshape, transpose, slice, gather, concat, expand over any number of axes. */
import { reductionAxes } from './reduce.ts';
import { dimProduct, type Dim } from '../ir/dim.ts';
import type { FoldRule, InferContext, KnownInts } from './context.ts';
import { sliceRange } from './shape.ts';

export function vector(values: readonly Dim[]): KnownInts {
  return { dims: [values.length], values };
}

/** The known tensor of these dims whose element at each position is read from `source` where `from` says. */
export function remapped(
  source: KnownInts,
  dims: readonly number[],
  from: (position: readonly number[]) => readonly number[],
): KnownInts {
  const values = positions(dims).map((position) => elementAt(source, from(position)));
  return { dims, values };
}

function positions(dims: readonly number[]): readonly (readonly number[])[] {
  let all: readonly (readonly number[])[] = [[]];
  for (const size of dims)
    all = all.flatMap((head) => Array.from({ length: size }, (_, at) => [...head, at]));
  return all;
}

function elementAt({ dims, values }: KnownInts, position: readonly number[]): Dim {
  const flat = position.reduce((sum, at, axis) => sum * (dims[axis] ?? 1) + at, 0);
  return values[flat] as Dim;
}

/** Most elements that are followed: a hostile file may ask for a billion. */
export const MAX_FOLDED = 64;

/** Dims of an output, known because inference ran first; undefined when they are open or too many elements. */
export function outputDims(shape: readonly Dim[] | undefined): readonly number[] | undefined {
  if (!shape?.every((d) => typeof d === 'number')) return undefined;
  return shape.reduce((a, b) => a * b, 1) <= MAX_FOLDED ? shape : undefined;
}

/** `known` broadcast to dims. */
export function broadcastTo(known: KnownInts, dims: readonly number[]): KnownInts {
  const lead = dims.length - known.dims.length;
  return remapped(known, dims, (position) =>
    known.dims.map((size, axis) => (size === 1 ? 0 : (position[axis + lead] as number))),
  );
}

const concat: FoldRule = (c) => {
  const parts = c.node.inputs.map((_, at) => c.ints(at));
  if (!parts.every((p) => p !== undefined)) return undefined;
  if (parts.every((p) => p.dims.length === 1)) return vector(parts.flatMap((p) => p.values));
  const axis = c.axis(c.int('axis', 0), parts[0]?.dims.length ?? 1);
  if (axis !== 0) return undefined;
  const rows = parts.reduce((sum, p) => sum + (p.dims[0] ?? 0), 0);
  return {
    dims: [rows, ...(parts[0]?.dims.slice(1) ?? [])],
    values: parts.flatMap((p) => p.values),
  };
};

const gather: FoldRule = (c) => {
  const [data, indices] = [c.ints(0), c.ints(1)];
  if (!data || !indices || data.dims.length === 0) return undefined;
  const axis = c.axis(c.int('axis', 0), data.dims.length);
  const size = data.dims[axis] as number;
  const rows = indices.values.map((i) => (typeof i === 'number' ? (i < 0 ? i + size : i) : -1));
  if (rows.some((row) => row < 0 || row >= size)) return undefined;
  const dims = [...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)];
  const read = indices.dims.length;
  return remapped(data, dims, (position) => {
    const at = elementAt({ ...indices, values: rows }, position.slice(axis, axis + read));
    return [...position.slice(0, axis), Number(at), ...position.slice(axis + read)];
  });
};

const slice: FoldRule = (c) => {
  const data = c.ints(0);
  const [starts, ends] = [c.ints(1)?.values, c.ints(2)?.values];
  if (!data || !starts || !ends) return undefined;
  const axes = (c.ints(3)?.values ?? starts.map((_, at) => at)) as readonly number[];
  const steps = c.ints(4)?.values ?? starts.map(() => 1);
  if ([...starts, ...ends, ...axes, ...steps].some((v) => typeof v !== 'number')) return undefined;
  const firsts = data.dims.map(() => 0);
  const strides = data.dims.map(() => 1);
  const dims = [...data.dims];
  axes.forEach((given, at) => {
    const axis = c.axis(given, dims.length);
    const step = Number(steps[at]);
    const range = sliceRange(data.dims[axis] as number, Number(starts[at]), Number(ends[at]), step);
    firsts[axis] = range.first;
    strides[axis] = step;
    dims[axis] = range.length;
  });
  return remapped(data, dims, (position) =>
    position.map((at, axis) => (firsts[axis] as number) + at * (strides[axis] as number)),
  );
};

const transpose: FoldRule = (c) => {
  const data = c.ints(0);
  if (!data) return undefined;
  const perm = c.intList('perm') ?? data.dims.map((_, at) => data.dims.length - 1 - at);
  return remapped(
    data,
    perm.map((axis) => data.dims[axis] as number),
    (position) => data.dims.map((_, axis) => position[perm.indexOf(axis)] as number),
  );
};

/** The same elements in other dims, as inference gave them. */
const reshape: FoldRule = (c) => {
  const known = c.ints(0);
  const dims = outputDims(c.outputShape());
  return known && dims ? { dims, values: known.values } : undefined;
};

/** Most elements that an expansion is followed to; longer ones are not known anyway. */
const MAX_EXPANDED = 64;

const expand: FoldRule = (c) => {
  const known = c.ints(0);
  const dims = outputDims(c.outputShape());
  const count = dims?.reduce((a, b) => a * b, 1) ?? Infinity;
  // One element can be expanded to any number of them: they are counted before they are made.
  return known && dims && count <= MAX_EXPANDED ? broadcastTo(known, dims) : undefined;
};

const product: FoldRule = (c: InferContext) => {
  const known = c.ints(0);
  if (!known || reductionAxes(c).length !== known.dims.length) return undefined;
  const dims = c.int('keepdims', 1) === 1 ? known.dims.map(() => 1) : [];
  return { dims, values: [dimProduct(known.values)] };
};

export const FOLD_MOVES: Readonly<Record<string, FoldRule>> = {
  Concat: concat,
  Gather: gather,
  Slice: slice,
  Transpose: transpose,
  Reshape: reshape,
  Flatten: reshape,
  Squeeze: reshape,
  Unsqueeze: reshape,
  Expand: expand,
  ReduceProd: product,
};
