/** @file And has no gradient: a condition. */
import { nonDifferentiable } from '../rule.ts';

export const And = nonDifferentiable('And', 'A condition.');
