/** @file What pages show of galleries and covariate sets, as it lies on their rows. */

import { z } from 'zod';

const ZSide = z.object({
  /** Latents of that side. */
  count: z.number().int(),
  /** Signed distances to the plane, latent units. */
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  deviation: z.number(),
});

/** A direction without its normal. */
export const ZStoredDirection = z.object({
  covariate: z.string(),
  negative: z.string(),
  positive: z.string(),
  negativeSide: ZSide,
  positiveSide: ZSide,
  /** Shares of latents on their own side, 0 to 1. */
  trainingAccuracy: z.number(),
  heldOutAccuracy: z.number().nullable(),
  /** Faces from the negative to the positive side: one row per face that is moved. */
  strip: z.object({
    objectKey: z.string(),
    columns: z.number().int(),
    rows: z.number().int(),
    /** Signed distance to the plane of each column, latent units. */
    offsets: z.array(z.number()),
  }),
});
export type StoredDirection = z.infer<typeof ZStoredDirection>;
export const ZStoredDirections = z.array(ZStoredDirection);

/** One labelled image after its projection. */
export const ZProjectedImage = z.object({
  file: z.string(),
  identity: z.string(),
  covariate: z.string(),
  class: z.string(),
  /** Root mean square difference of the pixels, 0 to 1; null where there was no projection. */
  pixelResidual: z.number().nullable(),
  /** θ between the image's embedding and its projection's, radians; null where there was no projection. */
  theta: z.number().nullable(),
  /** Why it was left out of the fit; null where it was used. */
  failure: z.string().nullable(),
});
export type ProjectedImage = z.infer<typeof ZProjectedImage>;

/** How labelled images became latents. */
export const ZStoredProjection = z.object({
  images: z.array(ZProjectedImage),
  steps: z.number().int(),
  seconds: z.number(),
});
export type StoredProjection = z.infer<typeof ZStoredProjection>;

/** What the making of a gallery found. */
export const ZStoredGalleryReport = z.object({
  /** Lengths of the rows before they were made unit. */
  norms: z.object({ min: z.number(), mean: z.number(), max: z.number() }),
  /** Images that could not be used, with the reason; empty for a gallery of embeddings. */
  failures: z.array(z.object({ file: z.string(), reason: z.string() })),
});
export type StoredGalleryReport = z.infer<typeof ZStoredGalleryReport>;
