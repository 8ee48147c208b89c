/**
 * @file Gradient of TopK: each value's dy goes to the element it was taken from.
 *
 * The indices along the axis are distinct, so nothing is added up: ScatterElements into zeros. Among equal elements those that the
 * runtime chose get it.
 */
import { rule } from '../rule.ts';

export const TopK = rule(
  'TopK',
  'dy scattered to the chosen elements; among ties to those that the runtime chose.',
  (c) => {
    const axis = c.int('axis', -1);
    return [c.b.op('ScatterElements', [c.zerosLike(0), c.y(1), c.dy], { axis })];
  },
  { nonGradientInputs: [1] },
);
