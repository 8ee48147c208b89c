/** @file Not has no gradient: a condition. */
import { nonDifferentiable } from '../rule.ts';

export const Not = nonDifferentiable('Not', 'A condition.');
