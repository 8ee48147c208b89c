/** @file Reading a tensor in another order: every operator that only moves elements is one index list per axis. */
import { createData } from '../ir/dtype.ts';
import { tensor, type Tensor } from '../ir/tensor.ts';

/** One axis of a result: the stride of the source axis it runs over, and the source index at each place; -1 stands for the fill. */
export interface AxisReader {
  readonly stride: number;
  readonly at: ArrayLike<number>;
}

/** Elements between neighbours along each axis, row major. */
export function stridesOf(dims: readonly number[]): readonly number[] {
  const strides = dims.map(() => 1);
  for (let axis = dims.length - 2; axis >= 0; axis -= 1)
    strides[axis] = (strides[axis + 1] as number) * (dims[axis + 1] as number);
  return strides;
}

/** The places 0 .. count - 1. */
export function places(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at);
}

/** Flat source positions of a result read axis by axis, in order; -1 where any axis says so. */
export function positions(axes: readonly AxisReader[]): Float64Array {
  let known = Float64Array.of(0);
  for (const { stride, at } of axes) {
    const next = new Float64Array(known.length * at.length);
    let to = 0;
    for (const base of known)
      for (let place = 0; place < at.length; place += 1) {
        const index = at[place] as number;
        next[to] = base < 0 || index < 0 ? -1 : base + index * stride;
        to += 1;
      }
    known = next;
  }
  return known;
}

/** The tensor whose axes read `source`; `fill` (an element of its array) where an index is -1. */
export function gatherAxes(
  source: Tensor,
  axes: readonly AxisReader[],
  fill: number | bigint = 0,
): Tensor {
  const from = positions(axes);
  const data = createData(source.dtype, from.length);
  from.forEach((position, at) => {
    const value = position < 0 ? fill : (source.data[position] as number | bigint);
    // bigint and number arrays are paired with their elements by the dtype.
    (data as { [at: number]: number | bigint })[at] = value;
  });
  return tensor(
    source.dtype,
    axes.map((axis) => axis.at.length),
    data,
  );
}
