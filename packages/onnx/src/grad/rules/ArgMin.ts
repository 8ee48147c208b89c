/** @file ArgMin has no gradient: indices. */
import { nonDifferentiable } from '../rule.ts';

export const ArgMin = nonDifferentiable('ArgMin', 'Indices.');
