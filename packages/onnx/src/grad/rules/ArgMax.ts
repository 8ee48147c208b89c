/** @file ArgMax has no gradient: indices. */
import { nonDifferentiable } from '../rule.ts';

export const ArgMax = nonDifferentiable('ArgMax', 'Indices.');
