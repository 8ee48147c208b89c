/** @file Gradient of Expand: the engine sums dy over the axes that were broadcast. */
import { rule } from '../rule.ts';

export const Expand = rule('Expand', 'dy summed over the broadcast axes.', (c) => [c.dy], {
  nonGradientInputs: [1],
});
