/**
 * @file Gradient of ReduceProd: dy times the product of the other elements.
 *
 * Never as dy · y / x, which fails at zeros: the elements of each product are laid out once per element, with 1 in that one's own place,
 * and multiplied. Exact for any number of zeros, at the price of n² elements; so n is limited.
 */
import type { Value } from '../../build/core-builder.ts';
import { reductionAxes } from '../../infer/reduce.ts';
import { elementCount, type Dim } from '../../ir/dim.ts';
import { reduction } from '../parts.ts';
import { reshapeTo, rule, type VjpContext } from '../rule.ts';

const MAX_FACTORS = 256;

export const ReduceProd = rule(
  'ReduceProd',
  `dy times the product of the other elements, zeros included; at most ${MAX_FACTORS} factors of fixed number.`,
  (c) => [c.b.mul(reduction(c).dy, productOfOthers(c))],
  { nonGradientInputs: [1] },
);

function productOfOthers(c: VjpContext): Value {
  const { b } = c;
  const shape = c.shape(0);
  const axes = reductionAxes(c);
  const count = elementCount(axes.map((axis) => shape[axis] as Dim)) ?? Infinity;
  if (count > MAX_FACTORS)
    return c.fail(`its gradient needs a fixed number of factors up to ${MAX_FACTORS}`);
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const perm = [...kept, ...axes];
  const moved = b.transpose(c.x(0), perm);
  const rows = b.reshape(moved, [-1, 1, count]);
  const identity = Array.from({ length: count * count }, (_, at) =>
    at % count === Math.floor(at / count) ? 1 : 0,
  );
  const isOwn = b.cast(b.constant(identity, { dims: [count, count] }), 'bool');
  const others = b.reduceProd(b.where(isOwn, 1, rows), { axes: [2], keepDims: false });
  const back = perm.map((_, at) => perm.indexOf(at));
  return b.transpose(reshapeTo(b, others, moved), back);
}
