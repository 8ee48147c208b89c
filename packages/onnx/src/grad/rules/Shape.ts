/** @file Shape has no gradient: integers. */
import { nonDifferentiable } from '../rule.ts';

export const Shape = nonDifferentiable('Shape', 'Integers.');
