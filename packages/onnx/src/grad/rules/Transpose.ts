/** @file Gradient of Transpose: the inverse order of axes. */
import { rule } from '../rule.ts';

export const Transpose = rule('Transpose', 'dy in the inverse order of axes.', (c) => {
  const rank = c.shape(0).length;
  const perm = c.intList('perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  return [
    c.b.transpose(
      c.dy,
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ];
});
