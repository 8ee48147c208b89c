/** @file Greater has no gradient: a condition. */
import { nonDifferentiable } from '../rule.ts';

export const Greater = nonDifferentiable('Greater', 'A condition.');
