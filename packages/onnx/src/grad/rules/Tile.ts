/** @file Gradient of Tile: dy summed over the copies, each repeated axis split in (copies, size). */
import { rule } from '../rule.ts';

export const Tile = rule(
  'Tile',
  'dy summed over the copies.',
  (c) => {
    const repeats = c.numbers(1, 'repeats') ?? [];
    const shape = c.shape(0);
    const dims = shape.flatMap((d, axis) => [
      repeats[axis] as number,
      typeof d === 'number' ? d : -1,
    ]);
    if (dims.filter((d) => d === -1).length > 1)
      c.fail('its gradient needs at most one symbolic axis');
    const summed = c.b.reduceSum(c.b.reshape(c.dy, dims), {
      axes: shape.map((_, axis) => 2 * axis),
      keepDims: false,
    });
    return [c.reshapeLike(summed, 0)];
  },
  { nonGradientInputs: [1] },
);
