/** @file IsInf has no gradient: a condition. */
import { nonDifferentiable } from '../rule.ts';

export const IsInf = nonDifferentiable('IsInf', 'A condition.');
