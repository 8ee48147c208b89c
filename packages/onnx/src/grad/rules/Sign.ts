/** @file Sign has no gradient: flat almost everywhere: no gradient. */
import { nonDifferentiable } from '../rule.ts';

export const Sign = nonDifferentiable('Sign', 'Flat almost everywhere: no gradient.');
