/** @file Covariate directions as bytes: one JSON text for equal directions, with every float32 exactly. */

import { z } from 'zod';

import { CovariateError } from '../errors.ts';
import type { CovariateDirections } from './directions.ts';

const FORMAT = 'colloid-covariates';

const ZSide = z.strictObject({
  count: z.number().int().min(1),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  deviation: z.number().min(0),
});

const ZDirections = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  latentDim: z.number().int().min(1),
  directions: z
    .array(
      z.strictObject({
        covariate: z.string().min(1),
        negative: z.string().min(1),
        positive: z.string().min(1),
        normal: z.array(z.number()),
        negativeSide: ZSide,
        positiveSide: ZSide,
        trainingAccuracy: z.number().min(0).max(1),
        heldOutAccuracy: z.number().min(0).max(1).nullable(),
      }),
    )
    .min(1),
});

/** Bytes that {@link decodeCovariateDirections} reads back; equal directions give equal bytes. */
export function encodeCovariateDirections({
  latentDim,
  directions,
}: CovariateDirections): Uint8Array {
  const document = {
    format: FORMAT,
    version: 1,
    latentDim,
    // In one order of keys, whatever the order in which somebody made the object.
    directions: directions.map((direction) => ({
      covariate: direction.covariate,
      negative: direction.negative,
      positive: direction.positive,
      normal: Array.from(direction.normal),
      negativeSide: sideOf(direction.negativeSide),
      positiveSide: sideOf(direction.positiveSide),
      trainingAccuracy: direction.trainingAccuracy,
      heldOutAccuracy: direction.heldOutAccuracy,
    })),
  };
  return new TextEncoder().encode(`${JSON.stringify(document)}\n`);
}

/**
 * Reads directions back.
 *
 * @throws CovariateError for bytes that are no directions, and for normals that are not unit vectors of the latent space
 */
export function decodeCovariateDirections(bytes: Uint8Array): CovariateDirections {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new CovariateError('These bytes are no covariate directions: they are no JSON text.', {
      cause,
    });
  }
  const parsed = ZDirections.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue === undefined ? '' : ` at '${issue.path.join('.')}': ${issue.message}`;
    throw new CovariateError(`These bytes are no covariate directions${place}.`, {
      cause: parsed.error,
    });
  }
  const { latentDim, directions } = parsed.data;
  return {
    latentDim,
    directions: directions.map((direction) => {
      const { normal, covariate, negative, positive } = direction;
      const length = Math.hypot(...normal);
      if (normal.length !== latentDim || Math.abs(length - 1) > 1e-3) {
        throw new CovariateError(
          `The normal of '${covariate}' from '${negative}' to '${positive}' has ${normal.length} numbers and length ${length}; expected a unit vector of ${latentDim}.`,
        );
      }
      return Object.assign({}, direction, { normal: Float32Array.from(normal) });
    }),
  };
}

function sideOf({
  count,
  min,
  max,
  mean,
  deviation,
}: CovariateDirections['directions'][number]['negativeSide']) {
  return { count, min, max, mean, deviation };
}
