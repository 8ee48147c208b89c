/** @file Directions of a covariate set as the sampling of variations uses them. */

import type { CovariateDirection, CovariateDirections } from '../covariates/directions.ts';
import { ParameterError } from '../errors.ts';

/** Covariates that the algorithms know. */
export type KnownCovariate = 'pose' | 'illumination' | 'expression';

/** `pose:left/right`. */
export function directionName({ covariate, negative, positive }: CovariateDirection): string {
  return `${covariate}:${negative}/${positive}`;
}

/** max(-mean_neg, mean_pos): how far the sides lie from the plane, latent units. */
export function reach({ negativeSide, positiveSide }: CovariateDirection): number {
  return Math.max(-negativeSide.mean, positiveSide.mean);
}

/** w · n of row `row` of latents [N, D]: the signed distance to the plane, which passes through 0. */
export function component(
  latents: Float32Array | Float64Array,
  row: number,
  { normal }: CovariateDirection,
): number {
  let sum = 0;
  normal.forEach((n, d) => {
    sum += n * (latents[row * normal.length + d] ?? 0);
  });
  return sum;
}

/** @throws ParameterError where the set was made for another latent space */
export function checkLatentDim(
  covariates: CovariateDirections,
  generator: { readonly name: string; readonly latentDim: number },
): void {
  if (covariates.latentDim === generator.latentDim) return;
  throw new ParameterError(
    'covariates',
    `is a set for latents of ${covariates.latentDim} numbers, but those of the generator '${generator.name}' have ${generator.latentDim}; use a covariate set that was made with this generator.`,
  );
}

/** All directions of a covariate. */
export function directionsOf(
  { directions }: CovariateDirections,
  covariate: KnownCovariate,
): readonly CovariateDirection[] {
  return directions.filter((direction) => direction.covariate === covariate);
}

/**
 * The direction that an algorithm cannot do without.
 *
 * @param positive its positive side; left out: the first of the covariate
 * @throws ParameterError naming it and what the set has
 */
export function requireDirection(
  covariates: CovariateDirections,
  covariate: KnownCovariate,
  positive?: string,
): CovariateDirection {
  const found = directionsOf(covariates, covariate).find(
    (direction) => positive === undefined || direction.positive === positive,
  );
  if (found !== undefined) return found;
  const wanted = positive === undefined ? `'${covariate}'` : `'${covariate}' towards '${positive}'`;
  throw new ParameterError(
    'covariates',
    `has no direction of ${wanted}, which this recipe needs; it has ${listDirections(covariates)}. Use a covariate set that has it, or leave out what needs it.`,
  );
}

function listDirections({ directions }: CovariateDirections): string {
  return directions.length === 0 ? 'none' : directions.map(directionName).join(', ');
}
