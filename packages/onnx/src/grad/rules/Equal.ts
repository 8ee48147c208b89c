/** @file Equal has no gradient: a condition. */
import { nonDifferentiable } from '../rule.ts';

export const Equal = nonDifferentiable('Equal', 'A condition.');
