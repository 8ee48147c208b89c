/** @file ConstantOfShape has no gradient: constant. */
import { nonDifferentiable } from '../rule.ts';

export const ConstantOfShape = nonDifferentiable('ConstantOfShape', 'Constant.');
