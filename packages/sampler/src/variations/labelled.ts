/** @file Variations without dynamics: the neutral latent, and steps from it along covariate directions. */

import type { CovariateDirection, CovariateDirections } from '../covariates/directions.ts';
import { directionName, reach, requireDirection } from './covariate-axes.ts';
import { neutralise, withComponents } from './neutralise.ts';
import type { CovariatesParameters } from './parameters.ts';

/** One of the A variations of every identity. */
interface Place {
  readonly label: string;
  readonly direction: CovariateDirection;
  /** In units of the direction's reach. */
  readonly weight: number;
  /** Latents of neutral ones [N, D] for this variation. */
  place(neutral: Float32Array): Float32Array;
}

export interface LabelledPlan {
  /** [A] */
  readonly labels: readonly string[];
  /** Names of directions, K of them. */
  readonly directions: readonly string[];
  /** [A, K] */
  readonly weights: Float32Array;
  /** Latents [N, A, D] of references [N, D]. */
  place(references: Float32Array): Float32Array;
}

/**
 * Poses and lights evenly spaced from one side to the other, and one latent per expression, whose component along that expression is the
 * mean of the faces that showed it.
 *
 * @throws ParameterError where the set is for another generator or lacks a direction
 */
export function planLabelled(
  covariates: CovariateDirections,
  options: {
    readonly parameters: CovariatesParameters;
    readonly expressions: readonly string[];
    readonly generator: { readonly name: string; readonly latentDim: number };
  },
): LabelledPlan {
  const { parameters, expressions, generator } = options;
  // Refuses a set that does not fit before anything else is looked at.
  neutralise(new Float32Array(0), covariates, generator);
  const places = [
    ...steps(requireDirection(covariates, 'pose'), parameters.poseSteps),
    ...steps(requireDirection(covariates, 'illumination'), parameters.illuminationSteps),
    ...expressions.map((name) => expression(requireDirection(covariates, 'expression', name))),
  ];
  const used = [...new Set(places.map(({ direction }) => direction))];
  const weights = new Float32Array(places.length * used.length);
  places.forEach(({ direction, weight }, a) => {
    weights[a * used.length + used.indexOf(direction)] = weight;
  });
  const D = generator.latentDim;
  return {
    labels: places.map(({ label }) => label),
    directions: used.map(directionName),
    weights,
    place: (references) => {
      const neutral = neutralise(references, covariates, generator);
      const A = places.length;
      const latents = new Float32Array(references.length * A);
      places.forEach((variation, a) => {
        const placed = variation.place(neutral);
        for (let i = 0; i * D < placed.length; i++) {
          latents.set(placed.subarray(i * D, (i + 1) * D), (i * A + a) * D);
        }
      });
      return latents;
    },
  };
}

/** -1 to 1 times the reach of the direction, evenly; a single step stays in the middle. */
function steps(direction: CovariateDirection, count: number): readonly Place[] {
  return Array.from({ length: count }, (_, k): Place => {
    const weight = count === 1 ? 0 : (2 * k) / (count - 1) - 1;
    const length = weight * reach(direction);
    const { normal, covariate } = direction;
    return {
      label: `${covariate} ${k + 1}`,
      direction,
      weight,
      place: (neutral) =>
        neutral.map((value, i) => value + length * (normal[i % normal.length] ?? 0)),
    };
  });
}

function expression(direction: CovariateDirection): Place {
  const value = direction.positiveSide.mean;
  return {
    label: direction.positive,
    direction,
    weight: 1,
    place: (neutral) => withComponents(neutral, [{ direction, value }]),
  };
}
