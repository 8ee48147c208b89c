/** @file OneHot has no gradient: no gradient to its values; indices have none. */
import { nonDifferentiable } from '../rule.ts';

export const OneHot = nonDifferentiable('OneHot', 'No gradient to its values; indices have none.');
