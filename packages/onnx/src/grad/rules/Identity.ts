/** @file Gradient of Identity. y = x. */
import { rule } from '../rule.ts';

export const Identity = rule('Identity', 'dx = dy.', (c) => [c.dy]);
