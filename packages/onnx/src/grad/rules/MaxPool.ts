/**
 * @file Gradient of MaxPool: each window's dy goes to its first largest position.
 *
 * The pool is run again for its Indices, positions in the flattened input, and dy is added there; onnxruntime shares the work when the
 * graph already has them. Windows that overlap need ScatterElements with addition, opset 16. Before that they are taken in turns: every
 * r-th window along each axis, r strides being the reach of a window, overlaps no other of its turn and is written without addition.
 */
import { elementCount } from '../../ir/dim.ts';
import { windowGeometry, type WindowGeometry } from '../../infer/window.ts';
import { rule, type VjpContext } from '../rule.ts';
import { scatterAdd } from '../scatter-add.ts';
import type { Value } from '../../build/core-builder.ts';

/** Opset in which ScatterElements learnt to add. */
const ADDITION_SINCE = 16;

export const MaxPool = rule('MaxPool', 'dy to the first largest position of each window.', (c) => {
  const { b } = c;
  const geometry = windowGeometry(c, c.intList('kernel_shape') ?? []);
  const turns = turnsPerAxis(geometry);
  const canOverlap = turns.some((count) => count > 1);
  const zeros = b.expand(b.constant(0, { dtype: c.dy.dtype, dims: [1] }), flatSize(c));
  const positions = indices(c);
  const write = (at: Value, values: Value, isAdded = false): Value => {
    const [indices, updates] = [b.reshape(at, [-1]), b.reshape(values, [-1])];
    return isAdded
      ? scatterAdd(b, { op: 'ScatterElements', to: zeros, indices, updates, axis: 0 })
      : b.op('ScatterElements', [zeros, indices, updates], { axis: 0 });
  };
  const flat =
    canOverlap && b.opset < ADDITION_SINCE
      ? allTurns(turns)
          .map((turn) => {
            const take = (v: Value): Value => everyNth(c, v, { turn, turns });
            return write(take(positions), take(c.dy));
          })
          .reduce((sum, part) => b.add(sum, part))
      : write(positions, c.dy, canOverlap);
  return [c.reshapeLike(flat, 0)];
});

/** Along each axis: how many strides a window reaches over. */
function turnsPerAxis({ kernel, strides, dilations }: WindowGeometry): readonly number[] {
  return kernel.map((k, axis) =>
    Math.ceil(((k - 1) * (dilations[axis] as number) + 1) / (strides[axis] as number)),
  );
}

function allTurns(turns: readonly number[]): readonly (readonly number[])[] {
  let all: readonly (readonly number[])[] = [[]];
  for (const count of turns)
    all = all.flatMap((head) => Array.from({ length: count }, (_, at) => [...head, at]));
  return all;
}

/** The windows of one turn: along each axis from `turn` on every `turns`-th. */
function everyNth(
  c: VjpContext,
  v: Value,
  { turn, turns }: { readonly turn: readonly number[]; readonly turns: readonly number[] },
): Value {
  const { b } = c;
  const far = turns.map(() => 2 ** 62);
  const axes = turns.map((_, axis) => axis + 2);
  return b.op('Slice', [v, b.int64(turn), b.int64(far), b.int64(axes), b.int64(turns)]);
}

function indices(c: VjpContext): Value {
  const known = c.node.outputs[1] ?? '';
  const isRowMajor = c.int('storage_order', 0) === 0;
  if (known !== '' && isRowMajor) return c.y(1);
  const { storage_order: _, ...attributes } = c.node.attributes;
  return c.b.ops('MaxPool', [c.x(0)], attributes, 2)[1] as Value;
}

function flatSize(c: VjpContext): Value {
  const count = elementCount(c.shape(0));
  if (count !== undefined) return c.b.int64([count]);
  return c.b.reshape(c.b.op('Size', [c.x(0)]), [1]);
}
