/**
 * @file Gradient of Gather: dy added back to the rows it was read from.
 *
 * Constant indices that name each row at most once are undone by another Gather, from dy with a row of zeros after it. Otherwise rows
 * are added by ScatterND (opset 16 and up), or by a product with a 0/1 matrix, constant when the indices are.
 */
import type { Value } from '../../build/core-builder.ts';
import type { DType } from '../../ir/dtype.ts';
import { tensorNumbers } from '../../ir/tensor.ts';
import { rule, type VjpContext } from '../rule.ts';
import { scatterAdd } from '../scatter-add.ts';

/** Opset in which ScatterND learnt to add. */
const ADDITION_SINCE = 16;

export const Gather = rule(
  'Gather',
  'dy added back to its rows; constant distinct indices by an inverse Gather.',
  (c) => [addBack(c)],
  {
    nonGradientInputs: [1],
  },
);

function addBack(c: VjpContext): Value {
  const { b } = c;
  const shape = c.shape(0);
  const axis = c.axis(c.int('axis', 0), shape.length);
  const indices = c.constant(1);
  const size = shape[axis];
  const flat = flatRows(c, axis);
  if (indices && typeof size === 'number') {
    const rows = tensorNumbers(indices).map((at) => (at < 0 ? at + size : at));
    if (new Set(rows).size === rows.length) return inverse(c, flat, { axis, size, rows });
    const matrix = new Float64Array(size * rows.length);
    rows.forEach((row, at) => (matrix[row * rows.length + at] = 1));
    const oneHot = b.constant([...matrix], { dtype: flat.dtype, dims: [size, rows.length] });
    return last(c, flat, axis, (moved) => b.matMul(moved, b.transpose(oneHot, [1, 0])));
  }
  if (b.opset >= ADDITION_SINCE) return scatter(c, flat, axis);
  if (typeof size !== 'number')
    return c.fail('its gradient at computed indices of an open axis needs opset 16 or later');
  return last(c, flat, axis, (moved) => b.matMul(moved, matches(c, size, flat.dtype)));
}

/** [indices, size]: 1 where an index, counted from the front, names the row. */
function matches(c: VjpContext, size: number, dtype: DType): Value {
  const { b } = c;
  const given = b.reshape(b.cast(c.x(1), 'int64'), [-1, 1]);
  const index = b.where(b.less(given, 0), b.add(given, size), given);
  const rows = b.int64(Array.from({ length: size }, (_, row) => row));
  return b.cast(b.equal(index, rows), dtype);
}

/** dy with the axes of the indices joined to one, at `axis`. */
function flatRows(c: VjpContext, axis: number): Value {
  const rank = c.shape(1).length;
  if (rank === 1) return c.dy;
  if (rank === 0) return c.b.unsqueeze(c.dy, [axis]);
  const indices = c.b.reshape(c.x(1), [-1]);
  const count = indices.shape[0];
  const dims = c.shape(0).map((d, at) => (at === axis ? count : d));
  const isFixed = dims.every((d) => typeof d === 'number');
  if (isFixed) return c.b.reshape(c.dy, dims);
  const free = dims.map((d, at) => (typeof d === 'number' ? d : at < axis ? 0 : -1));
  return free.filter((d) => d === -1).length > 1
    ? c.fail('its gradient needs at most one symbolic axis after the indices')
    : c.b.reshape(c.dy, free);
}

function inverse(
  c: VjpContext,
  flat: Value,
  {
    axis,
    size,
    rows,
  }: { readonly axis: number; readonly size: number; readonly rows: readonly number[] },
): Value {
  const { b } = c;
  const from = Array.from({ length: size }, (_, row) => rows.indexOf(row));
  if (!from.includes(-1)) return b.gather(flat, from, axis);
  const pads = flat.shape.map(() => 0);
  const padded = b.pad(flat, [...pads, ...pads.map((_, at) => (at === axis ? 1 : 0))]);
  return b.gather(
    padded,
    from.map((at) => (at < 0 ? rows.length : at)),
    axis,
  );
}

/** Applies `body` with `axis` moved to the end. */
function last(c: VjpContext, v: Value, axis: number, body: (moved: Value) => Value): Value {
  const order = v.shape.map((_, at) => at).filter((at) => at !== axis);
  const perm = [...order, axis];
  if (axis === v.shape.length - 1) return body(v);
  return c.b.transpose(
    body(c.b.transpose(v, perm)),
    perm.map((_, at) => perm.indexOf(at)),
  );
}

function scatter(c: VjpContext, flat: Value, axis: number): Value {
  const { b } = c;
  const rank = c.shape(0).length;
  const front = [axis, ...Array.from({ length: rank }, (_, at) => at).filter((at) => at !== axis)];
  const back = front.map((_, at) => front.indexOf(at));
  const turn = (v: Value, perm: readonly number[]): Value =>
    axis === 0 ? v : b.transpose(v, perm);
  const rows = b.reshape(b.cast(c.x(1), 'int64'), [-1, 1]);
  const zeros = turn(c.zerosLike(0), front);
  const updates = turn(flat, front);
  return turn(scatterAdd(b, { op: 'ScatterND', to: zeros, indices: rows, updates }), back);
}
