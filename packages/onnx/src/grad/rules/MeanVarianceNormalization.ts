/** @file Gradient of MeanVarianceNormalization y = (x - mean) / sqrt(variance + 1e-9): the part of dy along 1 and along y taken away. */
import { normalisationGradient, standardise } from '../normalisation.ts';
import { rule } from '../rule.ts';

/** The standard's own guard against a variance of 0. */
const EPSILON = 1e-9;

export const MeanVarianceNormalization = rule(
  'MeanVarianceNormalization',
  'dx = k · (dy - mean(dy) - y · mean(dy · y)) over its axes.',
  (c) => {
    const axes = (c.intList('axes') ?? [0, 2, 3]).map((axis) => c.axis(axis, c.shape(0).length));
    const parts = standardise(c.b, c.x(0), { axes, epsilon: EPSILON });
    return [normalisationGradient(c.b, parts, c.dy)];
  },
);
