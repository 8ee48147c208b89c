/** @file Constant has no gradient: constant. */
import { nonDifferentiable } from '../rule.ts';

export const Constant = nonDifferentiable('Constant', 'Constant.');
