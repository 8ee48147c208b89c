/** @file Round has no gradient: flat almost everywhere: no gradient. */
import { nonDifferentiable } from '../rule.ts';

export const Round = nonDifferentiable('Round', 'Flat almost everywhere: no gradient.');
