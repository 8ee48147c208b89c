/** @file Gradient of GlobalMaxPool: dy to the largest positions, shared among ties. */
import { maskOf } from '../parts.ts';
import { rule } from '../rule.ts';

export const GlobalMaxPool = rule(
  'GlobalMaxPool',
  'dy to the largest positions; ties share equally.',
  (c) => {
    const { b } = c;
    const mask = maskOf(b, b.equal(c.x(0), c.y()), c.dy.dtype);
    const axes = c
      .shape(0)
      .map((_, axis) => axis)
      .slice(2);
    return [b.mul(mask, b.div(c.dy, b.reduceSum(mask, { axes })))];
  },
);
