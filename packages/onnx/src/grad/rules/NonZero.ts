/** @file NonZero has no gradient: indices. */
import { nonDifferentiable } from '../rule.ts';

export const NonZero = nonDifferentiable('NonZero', 'Indices.');
