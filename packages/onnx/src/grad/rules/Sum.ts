/** @file Gradient of Sum: every input gets dy. */
import { rule } from '../rule.ts';

export const Sum = rule('Sum', 'dy to every input.', (c) => c.node.inputs.map(() => c.dy));
