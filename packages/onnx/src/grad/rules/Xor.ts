/** @file Xor has no gradient: a condition. */
import { nonDifferentiable } from '../rule.ts';

export const Xor = nonDifferentiable('Xor', 'A condition.');
