/** @file Gradient of Mean over its inputs: every input gets dy / count. */
import { rule } from '../rule.ts';

export const Mean = rule('Mean', 'dy / count to every input.', (c) => {
  const part = c.b.mul(c.dy, 1 / c.node.inputs.length);
  return c.node.inputs.map(() => part);
});
