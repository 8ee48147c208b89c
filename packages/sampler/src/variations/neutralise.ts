/** @file The neutral latent of an identity: facing the camera in even light, without a smile. */

import type { CovariateDirection, CovariateDirections } from '../covariates/directions.ts';
import { ParameterError } from '../errors.ts';
import { checkLatentDim, component, directionsOf, requireDirection } from './covariate-axes.ts';

/**
 * Latents [N, D] with no component along pose and illumination, and along smile that of the mean neutral face.
 *
 * Directions need not be orthogonal: the change is the shortest that meets all of them, so that the order does not matter. For orthogonal
 * ones it is what removing one component after another gives.
 *
 * @returns a copy
 * @throws ParameterError where the set has no direction of pose, illumination or smile, or is for other latents
 * @example const neutral = neutralise(references.latents, covariates, generator)
 */
export function neutralise(
  latents: Float32Array,
  covariates: CovariateDirections,
  generator: { readonly name: string; readonly latentDim: number },
): Float32Array {
  checkLatentDim(covariates, generator);
  requireDirection(covariates, 'pose');
  requireDirection(covariates, 'illumination');
  const smile = requireDirection(covariates, 'expression', 'smile');
  const level = [...directionsOf(covariates, 'pose'), ...directionsOf(covariates, 'illumination')];
  const targets = [
    ...level.map((direction) => ({ direction, value: 0 })),
    { direction: smile, value: smile.negativeSide.mean },
  ];
  return withComponents(latents, targets);
}

/**
 * Copies of latents [N, D] moved the shortest way to where their components along the directions have the values given.
 *
 * @throws ParameterError where two directions are the same line
 */
export function withComponents(
  latents: Float32Array,
  targets: readonly { readonly direction: CovariateDirection; readonly value: number }[],
): Float32Array {
  const normals = targets.map(({ direction }) => direction.normal);
  const D = normals[0]?.length ?? latents.length;
  const inverse = inverseGram(targets.map(({ direction }) => direction));
  const moved = Float32Array.from(latents);
  for (let row = 0; row * D < latents.length; row++) {
    const gaps = targets.map(({ direction, value }) => value - component(latents, row, direction));
    const shares = inverse.map((line) => line.reduce((sum, x, k) => sum + x * (gaps[k] ?? 0), 0));
    for (let d = 0; d < D; d++) {
      const change = shares.reduce((sum, share, k) => sum + share * (normals[k]?.[d] ?? 0), 0);
      moved[row * D + d] = (latents[row * D + d] ?? 0) + change;
    }
  }
  return moved;
}

/** Inverse of the matrix of n_i · n_j, by elimination; a few directions, so that its condition is no concern unless two are one. */
function inverseGram(directions: readonly CovariateDirection[]): number[][] {
  const size = directions.length;
  const rows = directions.map((direction, i) => [
    ...directions.map((other) => component(direction.normal, 0, other)),
    ...directions.map((_, j) => (i === j ? 1 : 0)),
  ]);
  for (let k = 0; k < size; k++) {
    const pivot = rows[k] ?? [];
    const scale = pivot[k] ?? 0;
    if (scale < 1e-6) {
      throw new ParameterError(
        'covariates',
        `has the same line for '${directions[k]?.covariate}' as for another direction, so that both cannot be set; fit the directions again with labels that tell them apart.`,
      );
    }
    for (let j = 0; j < 2 * size; j++) pivot[j] = (pivot[j] ?? 0) / scale;
    rows.forEach((row, i) => {
      if (i === k) return;
      const factor = row[k] ?? 0;
      for (let j = 0; j < 2 * size; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    });
  }
  return rows.map((row) => row.slice(size));
}
