/** @file Gradient of SpaceToDepth: DepthToSpace in mode DCR, its inverse. */
import { rule } from '../rule.ts';

export const SpaceToDepth = rule('SpaceToDepth', 'DepthToSpace of dy.', (c) => [
  c.b.op('DepthToSpace', [c.dy], { blocksize: c.int('blocksize', 1), mode: 'DCR' }),
]);
