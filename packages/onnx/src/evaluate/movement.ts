/** @file Operators that move, cut and join constants. */
import { sliceRange } from '../infer/shape.ts';
import type { InferContext } from '../infer/context.ts';
import { createData } from '../ir/dtype.ts';
import { tensor, tensorNumbers, type Tensor } from '../ir/tensor.ts';
import type { EvaluateRule } from './evaluate-node.ts';
import { gatherAxes, places, stridesOf, type AxisReader } from './layout.ts';

/** Every axis of a tensor as it is. */
function axesOf(dims: readonly number[]): AxisReader[] {
  const strides = stridesOf(dims);
  return dims.map((size, axis) => ({ stride: strides[axis] as number, at: places(size) }));
}

/** The same elements in the shape that inference gave. */
const reshaped: EvaluateRule = ({ inputs: [x], dims }) =>
  x && [tensor(x.dtype, dims[0] as readonly number[], x.data)];

const transpose: EvaluateRule = ({ context: c, inputs: [x] }) =>
  x && [transposeTensor(x, c.intList('perm') ?? x.dims.map((_, at) => x.dims.length - 1 - at))];

/** The tensor with its axes in the order `perm`. */
export function transposeTensor(x: Tensor, perm: readonly number[]): Tensor {
  const axes = axesOf(x.dims);
  return gatherAxes(
    x,
    perm.map((axis) => axes[axis] as AxisReader),
  );
}

const expand: EvaluateRule = ({ inputs: [x], dims: [target] }) => {
  if (!x || !target) return undefined;
  const lead = target.length - x.dims.length;
  const axes = axesOf(x.dims);
  return [
    gatherAxes(
      x,
      target.map((size, axis) => {
        const own = axes[axis - lead];
        return own && own.at.length === size ? own : { stride: 0, at: places(size) };
      }),
    ),
  ];
};

const slice: EvaluateRule = ({ context: c, inputs: [x] }) => {
  const [starts, ends] = [c.numbers(1, 'starts'), c.numbers(2, 'ends')];
  if (!x || !starts || !ends) return undefined;
  const axes = axesOf(x.dims);
  const chosen = c.numbers(3, 'axes') ?? starts.map((_, at) => at);
  const steps = c.numbers(4, 'steps') ?? starts.map(() => 1);
  chosen.forEach((given, at) => {
    const axis = c.axis(given, x.dims.length);
    const step = steps[at] as number;
    const size = x.dims[axis] as number;
    const { first, length } = sliceRange(size, starts[at] as number, ends[at] as number, step);
    const cut = Array.from({ length }, (_, place) => first + place * step);
    axes[axis] = { stride: (axes[axis] as AxisReader).stride, at: cut };
  });
  return [gatherAxes(x, axes)];
};

const gather: EvaluateRule = ({ context: c, inputs: [x, indices], dims: [target] }) => {
  if (!x || !indices || !target) return undefined;
  const axes = axesOf(x.dims);
  const axis = c.axis(c.int('axis', 0), x.dims.length);
  const size = x.dims[axis] as number;
  const at = tensorNumbers(indices).map((index) => (index < 0 ? index + size : index));
  if (at.some((index) => index < 0 || index >= size)) return undefined;
  const { stride } = axes[axis] as AxisReader;
  const moved = gatherAxes(x, axes.toSpliced(axis, 1, { stride, at }));
  return [tensor(x.dtype, target, moved.data)];
};

const concat: EvaluateRule = ({ context: c, inputs, dims: [target] }) => {
  const parts = inputs.filter((part): part is Tensor => part !== undefined);
  const first = parts[0];
  if (!first || !target || parts.length < inputs.length) return undefined;
  const axis = c.axis(c.int('axis', 0), target.length);
  const after = target.slice(axis + 1).reduce((a, b) => a * b, 1);
  const row = (target[axis] as number) * after;
  const data = createData(
    first.dtype,
    target.reduce((a, b) => a * b, 1),
  );
  let offset = 0;
  for (const part of parts) {
    const width = (part.dims[axis] as number) * after;
    for (let from = 0, to = offset; from < part.data.length; from += width, to += row)
      (data as Float32Array).set((part.data as Float32Array).subarray(from, from + width), to);
    offset += width;
  }
  return [tensor(first.dtype, target, data)];
};

const split: EvaluateRule = ({ context: c, inputs: [x], dims }) => {
  if (!x) return undefined;
  const axis = c.axis(c.int('axis', 0), x.dims.length);
  let start = 0;
  return dims.map((part) => {
    const axes = axesOf(x.dims);
    const size = part[axis] as number;
    const { stride } = axes[axis] as AxisReader;
    axes[axis] = { stride, at: places(size).map((at) => at + start) };
    start += size;
    return gatherAxes(x, axes);
  });
};

const pad: EvaluateRule = ({ context: c, inputs: [x, , fill] }) => {
  const pads = c.numbers(1, 'pads');
  if (!x || !pads || c.string('mode', 'constant') !== 'constant') return undefined;
  const axes = axesOf(x.dims);
  const chosen = c.numbers(3, 'axes') ?? axes.map((_, axis) => axis);
  chosen.forEach((given, at) => {
    const axis = c.axis(given, x.dims.length);
    const size = x.dims[axis] as number;
    const [before, after] = [pads[at] as number, pads[at + chosen.length] as number];
    axes[axis] = {
      stride: (axes[axis] as AxisReader).stride,
      at: places(Math.max(0, size + before + after)).map((place) =>
        place < before || place >= before + size ? -1 : place - before,
      ),
    };
  });
  return [gatherAxes(x, axes, fill?.data[0] ?? (x.data instanceof BigInt64Array ? 0n : 0))];
};

const tile: EvaluateRule = ({ context: c, inputs: [x] }) => {
  const repeats = c.numbers(1, 'repeats');
  if (!x || !repeats) return undefined;
  const axes = axesOf(x.dims).map(({ stride, at }, axis) => ({
    stride,
    at: places(at.length * (repeats[axis] ?? 1)).map((place) => place % at.length),
  }));
  return [gatherAxes(x, axes)];
};

const filled: EvaluateRule = ({ context: c, dims: [target] }) => {
  if (!target) return undefined;
  const one = c.tensor('value') ?? tensor('float32', [1], new Float32Array(1));
  return [
    gatherAxes(
      one,
      target.map((size) => ({ stride: 0, at: places(size) })),
    ),
  ];
};

const shapeOf: EvaluateRule = ({ context: c, dims: [target] }) => {
  const known = knownShape(c);
  if (!known || !target) return undefined;
  const rank = known.length;
  const { first, length } = sliceRange(rank, c.int('start', 0), c.int('end', rank), 1);
  return [tensor('int64', target, BigInt64Array.from(known.slice(first, first + length), BigInt))];
};

const size: EvaluateRule = ({ context: c }) => {
  const known = knownShape(c);
  return known && [tensor('int64', [], BigInt64Array.of(BigInt(known.reduce((a, b) => a * b, 1))))];
};

function knownShape(c: InferContext): readonly number[] | undefined {
  const shape = c.shape(0);
  return shape.every((d) => typeof d === 'number') ? shape : undefined;
}

export const MOVEMENT: Readonly<Record<string, EvaluateRule>> = {
  Reshape: reshaped,
  Flatten: reshaped,
  Squeeze: reshaped,
  Unsqueeze: reshaped,
  Identity: reshaped,
  Transpose: transpose,
  Expand: expand,
  Slice: slice,
  Gather: gather,
  Concat: concat,
  Split: split,
  Pad: pad,
  Tile: tile,
  ConstantOfShape: filled,
  Shape: shapeOf,
  Size: size,
};
