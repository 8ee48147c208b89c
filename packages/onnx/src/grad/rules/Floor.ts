/** @file Floor has no gradient: flat almost everywhere: no gradient. */
import { nonDifferentiable } from '../rule.ts';

export const Floor = nonDifferentiable('Floor', 'Flat almost everywhere: no gradient.');
