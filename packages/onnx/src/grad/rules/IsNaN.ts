/** @file IsNaN has no gradient: a condition. */
import { nonDifferentiable } from '../rule.ts';

export const IsNaN = nonDifferentiable('IsNaN', 'A condition.');
