/** @file Range has no gradient: no gradient to its bounds. */
import { nonDifferentiable } from '../rule.ts';

export const Range = nonDifferentiable('Range', 'No gradient to its bounds.');
