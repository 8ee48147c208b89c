/** @file Hardmax has no gradient: flat almost everywhere: no gradient. */
import { nonDifferentiable } from '../rule.ts';

export const Hardmax = nonDifferentiable('Hardmax', 'Flat almost everywhere: no gradient.');
