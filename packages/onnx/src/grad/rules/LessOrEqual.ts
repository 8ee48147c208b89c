/** @file LessOrEqual has no gradient: a condition. */
import { nonDifferentiable } from '../rule.ts';

export const LessOrEqual = nonDifferentiable('LessOrEqual', 'A condition.');
