/** @file Size has no gradient: integers. */
import { nonDifferentiable } from '../rule.ts';

export const Size = nonDifferentiable('Size', 'Integers.');
