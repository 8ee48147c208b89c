/** @file EyeLike has no gradient: constant. */
import { nonDifferentiable } from '../rule.ts';

export const EyeLike = nonDifferentiable('EyeLike', 'Constant.');
