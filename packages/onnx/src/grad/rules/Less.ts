/** @file Less has no gradient: a condition. */
import { nonDifferentiable } from '../rule.ts';

export const Less = nonDifferentiable('Less', 'A condition.');
