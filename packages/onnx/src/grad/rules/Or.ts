/** @file Or has no gradient: a condition. */
import { nonDifferentiable } from '../rule.ts';

export const Or = nonDifferentiable('Or', 'A condition.');
