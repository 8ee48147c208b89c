/**
 * @file Gradient of Tile: the copies summed.
 *
 * Along each repeated axis dy splits into [copies, size] and the copies are summed. An axis of size 1 needs no split, so that copies
 * whose number only the run knows (a learned constant, once per image of the batch) are a plain sum.
 */
import type { Dim } from '../../ir/dim.ts';
import { rule, type VjpContext } from '../rule.ts';
import type { Value } from '../../build/core-builder.ts';

export const Tile = rule('Tile', 'dy summed over the copies.', (c) => [sumCopies(c)], {
  nonGradientInputs: [1],
});

function sumCopies(c: VjpContext): Value {
  const { b } = c;
  const shape = c.shape(0);
  const repeats = c.ints(1)?.values;
  if (!repeats) return runTimeCopies(c);
  const dims: Dim[] = [];
  const summed: number[] = [];
  const dropped: number[] = [];
  shape.forEach((size, axis) => {
    const copies = repeats[axis] ?? 1;
    if (copies !== 1) {
      summed.push(dims.length);
      if (size !== 1) dropped.push(dims.length);
    }
    if (size === 1 || copies === 1) dims.push(size === 1 ? copies : size);
    else dims.push(copies, size);
  });
  if (dropped.length === 0) return summed.length === 0 ? c.dy : b.reduceSum(c.dy, { axes: summed });
  const free = dims.filter((d) => typeof d === 'string').length;
  const target = dims.map((d, at) => (typeof d === 'number' ? d : d === c.dy.shape[at] ? 0 : -1));
  if (free > 1 && target.filter((d) => d === -1).length > 1) return runTimeCopies(c);
  const apart = b.reshape(c.dy, target);
  const kept = summed.filter((axis) => !dropped.includes(axis));
  const sum = kept.length === 0 ? apart : b.reduceSum(apart, { axes: kept });
  return b.reduceSum(sum, { axes: dropped, keepDims: false });
}

/** The same with the split taken from the run-time repeats and shape: [r0, d0, r1, d1, …]. */
function runTimeCopies(c: VjpContext): Value {
  const { b } = c;
  const pairs = b.concat(
    [c.x(1), b.shapeOf(c.x(0))].map((v) => b.unsqueeze(v, [1])),
    1,
  );
  const apart = b.reshape(c.dy, b.reshape(pairs, [-1]));
  return b.reduceSum(apart, { axes: c.shape(0).map((_, axis) => 2 * axis), keepDims: false });
}
