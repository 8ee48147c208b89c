/** @file GreaterOrEqual has no gradient: a condition. */
import { nonDifferentiable } from '../rule.ts';

export const GreaterOrEqual = nonDifferentiable('GreaterOrEqual', 'A condition.');
