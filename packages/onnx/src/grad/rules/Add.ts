/** @file Gradient of Add: both inputs get dy; the engine sums over broadcast axes. */
import { rule } from '../rule.ts';

export const Add = rule('Add', 'da = db = dy.', (c) => [c.dy, c.dy]);
