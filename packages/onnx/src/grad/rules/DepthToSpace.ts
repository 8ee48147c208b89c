/** @file Gradient of DepthToSpace: the opposite rearrangement; mode DCR is undone by SpaceToDepth, mode CRD by a transpose. */
import { rule } from '../rule.ts';

export const DepthToSpace = rule('DepthToSpace', 'the opposite rearrangement of dy.', (c) => {
  const blocksize = c.int('blocksize', 1);
  if (c.string('mode', 'DCR') === 'DCR') return [c.b.op('SpaceToDepth', [c.dy], { blocksize })];
  const [, channels, height, width] = c.y().shape;
  if (typeof channels !== 'number' || typeof height !== 'number' || typeof width !== 'number')
    return c.fail('its gradient in mode CRD needs fixed channels, height and width');
  const apart = c.b.reshape(c.dy, [
    0,
    channels,
    height / blocksize,
    blocksize,
    width / blocksize,
    blocksize,
  ]);
  return [c.reshapeLike(c.b.transpose(apart, [0, 1, 3, 5, 2, 4]), 0)];
});
