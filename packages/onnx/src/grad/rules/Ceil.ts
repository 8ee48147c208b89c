/** @file Ceil has no gradient: flat almost everywhere: no gradient. */
import { nonDifferentiable } from '../rule.ts';

export const Ceil = nonDifferentiable('Ceil', 'Flat almost everywhere: no gradient.');
