/**
 * @file Gradient of GatherElements: dy added back element by element.
 *
 * ScatterElements adds from opset 16 on. Before that, along the axis, dx[j] = Σ_i dy[i] · (1 where index[i] = j): a mask of indices by
 * size, which needs fixed sizes and indices as wide as the data on the other axes.
 */
import type { Value } from '../../build/core-builder.ts';
import { rule, type VjpContext } from '../rule.ts';
import { scatterAdd } from '../scatter-add.ts';

/** Opset in which ScatterElements learnt to add. */
const ADDITION_SINCE = 16;

export const GatherElements = rule(
  'GatherElements',
  'dy added back by ScatterElements; by a mask before opset 16.',
  (c) => [
    c.b.opset >= ADDITION_SINCE
      ? scatterAdd(c.b, {
          op: 'ScatterElements',
          to: c.zerosLike(0),
          indices: c.x(1),
          updates: c.dy,
          axis: c.int('axis', 0),
        })
      : byMask(c),
  ],
  { nonGradientInputs: [1] },
);

function byMask(c: VjpContext): Value {
  const { b } = c;
  const shape = c.shape(0);
  const axis = c.axis(c.int('axis', 0), shape.length);
  const size = shape[axis];
  const isWide = shape.every((d, at) => at === axis || d === c.shape(1)[at]);
  if (typeof size !== 'number' || !isWide)
    return c.fail(
      'before opset 16 its gradient needs a fixed axis and indices as wide as the data elsewhere',
    );
  const given = b.unsqueeze(b.cast(c.x(1), 'int64'), [axis + 1]);
  const index = b.where(b.less(given, 0), b.add(given, size), given);
  const places = b.constant(
    Array.from({ length: size }, (_, at) => at),
    { dtype: 'int64', dims: [size, ...shape.slice(axis + 1).map(() => 1)] },
  );
  const mask = b.cast(b.equal(index, places), c.dy.dtype);
  const spread = b.mul(mask, b.unsqueeze(c.dy, [axis + 1]));
  return b.reduceSum(spread, { axes: [axis], keepDims: false });
}
