/** @file DisCo's start: Dispersion's, spread along covariate directions. */

import type { CovariateDirection, CovariateDirections } from '../covariates/directions.ts';
import { normal, STREAMS, uniform } from '../random/random.ts';
import type { RandomKey } from '../random/random.ts';
import {
  checkLatentDim,
  directionName,
  directionsOf,
  reach,
  requireDirection,
} from './covariate-axes.ts';
import type { KnownCovariate } from './covariate-axes.ts';
import type { DiscoParameters } from './parameters.ts';

/** A direction that variations begin spread along. */
export interface SpreadDirection {
  readonly name: string;
  /** scaling_d */
  readonly scaling: number;
  /** c_d, [D], latent units. */
  readonly vector: Float64Array;
}

type Scalings = Pick<DiscoParameters, 'poseScaling' | 'illuminationScaling' | 'expressionScaling'>;

/**
 * c_d = scaling_d max(-mean_neg, mean_pos) n_d of every direction of pose, illumination and expression whose scaling is above 0. Directions
 * of other covariates take no part.
 *
 * @throws ParameterError where the set is for another generator, or has no direction of a covariate whose scaling is above 0
 */
export function spreadDirections(
  covariates: CovariateDirections,
  options: {
    readonly scalings: Scalings;
    readonly generator: { readonly name: string; readonly latentDim: number };
  },
): readonly SpreadDirection[] {
  checkLatentDim(covariates, options.generator);
  const { poseScaling, illuminationScaling, expressionScaling } = options.scalings;
  const wanted = [
    ['pose', poseScaling],
    ['illumination', illuminationScaling],
    ['expression', expressionScaling],
  ] as const satisfies readonly (readonly [KnownCovariate, number])[];
  return wanted.flatMap(([covariate, scaling]) => {
    if (scaling === 0) return [];
    requireDirection(covariates, covariate);
    return directionsOf(covariates, covariate).map((direction) => scaled(direction, scaling));
  });
}

/**
 * u ~ U(-1/2, 1/2) of every variation and direction of an identity, [A, K]: a function of the seed and the identity alone.
 */
export function covariateDraws(
  key: Pick<RandomKey, 'seed'> & { readonly identity: number },
  count: number,
): Float64Array {
  const draws = new Float64Array(count);
  uniform({ ...key, stream: STREAMS.covariateInitial }, draws);
  return draws.map((x) => x - 0.5);
}

export interface InitialVariations {
  readonly seed: number;
  /** Number of the first identity within the run: part of the random numbers' keys. */
  readonly first: number;
  /** References [count, D]. */
  readonly references: Float32Array;
  readonly latentDim: number;
  /** A */
  readonly variations: number;
  /** σ, latent units. */
  readonly initialNoise: number;
  /** None for Dispersion. */
  readonly spread: readonly SpreadDirection[];
}

/** w_a = w_ref + σ N(0, I) + Σ_d u_{a,d} c_d, [count, A, D]. */
export function initialVariations(options: InitialVariations): Float32Array {
  const { seed, first, references, latentDim: D, variations: A, initialNoise, spread } = options;
  const latents = new Float32Array(references.length * A);
  const noise = new Float64Array(A * D);
  for (let i = 0; i * D < references.length; i++) {
    const identity = first + i;
    normal({ seed, stream: STREAMS.variationInitial, identity }, noise);
    const draws = covariateDraws({ seed, identity }, A * spread.length);
    for (let a = 0; a < A; a++) {
      for (let d = 0; d < D; d++) {
        let value = (references[i * D + d] ?? 0) + initialNoise * (noise[a * D + d] ?? 0);
        spread.forEach(({ vector }, k) => {
          value += (draws[a * spread.length + k] ?? 0) * (vector[d] ?? 0);
        });
        latents[(i * A + a) * D + d] = value;
      }
    }
  }
  return latents;
}

/** scaling_d u_{a,d} of identities, [count, A, K]. */
export function spreadWeights(
  spread: readonly SpreadDirection[],
  of: {
    readonly seed: number;
    readonly first: number;
    readonly count: number;
    readonly variations: number;
  },
): Float32Array {
  const K = spread.length;
  const each = of.variations * K;
  const values = new Float32Array(of.count * each);
  for (let i = 0; i < of.count; i++) {
    const draws = covariateDraws({ seed: of.seed, identity: of.first + i }, each);
    draws.forEach((u, k) => {
      values[i * each + k] = (spread[k % K]?.scaling ?? 0) * u;
    });
  }
  return values;
}

function scaled(direction: CovariateDirection, scaling: number): SpreadDirection {
  const length = scaling * reach(direction);
  return {
    name: directionName(direction),
    scaling,
    vector: Float64Array.from(direction.normal, (x) => length * x),
  };
}
