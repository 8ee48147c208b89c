/** @file What the projection of images takes and gives. */

import type { Graph } from '@colloid/onnx';

import { ParameterError } from '../errors.ts';
import type { ImageRange } from '../models/manifest.ts';

/** Pixels of one image, or why there are none. */
export type LoadedImage = Uint8Array | { readonly failure: string };

/** The images to be projected, asked for one by one, so that they need not be in memory together. */
export interface ImageSource {
  readonly count: number;
  /** RGB bytes [height, width, 3] in the size and framing of the generator's images. */
  load(index: number): Promise<LoadedImage>;
}

/** A network whose features are compared besides, such as VGG16; the published loss is one. */
export interface PerceptualNetwork {
  /** One input [batch, 3, height, width] of RGB; every output is compared. The models' opset. */
  readonly graph: Graph;
  /** Of its input. @default [0, 255] */
  readonly range?: ImageRange;
  /** Times the sum of the squared differences of its outputs. @default 1 */
  readonly weight?: number;
}

export interface ProjectionOptions {
  /** Of the latent noise. @default 0 */
  readonly seed?: number;
  /** @default 1000 */
  readonly steps?: number;
  /** Of Adam, latent units per step, at its highest. @default 0.1 */
  readonly learningRate?: number;
  /** Noise of the first step, as a share of the deviation of random latents from their mean. @default 0.05 */
  readonly latentNoise?: number;
  /** Times the mean squared difference of the pixels, in 0..1. @default 10 */
  readonly pixelWeight?: number;
  /** Times |ê - ê'|², the squared chord of the angle. @default 1 */
  readonly embeddingWeight?: number;
  readonly perceptual?: PerceptualNetwork;
  /** Root mean square difference of the pixels, 0..1, above which an image counts as not found. @default 0.15 */
  readonly maxPixelResidual?: number;
  /** Angle between the embeddings, radians, above which it counts as not found. @default 0.8 */
  readonly maxTheta?: number;
}

export type CompleteProjectionOptions = Required<Omit<ProjectionOptions, 'perceptual'>>;

export interface ProjectionProgress {
  /** Images that are finished. */
  readonly done: number;
  readonly total: number;
  /** Step of the images under way, from 1. */
  readonly step: number;
  readonly steps: number;
  /** Means over the images under way, at their noisy latents. */
  readonly pixelResidual: number;
  readonly theta: number;
}

/** How near one image came. */
export interface ProjectedImageReport {
  /** Root mean square difference of the pixels, 0..1; null where it was not computed. */
  readonly pixelResidual: number | null;
  /** Angle between the embeddings of the image and of its projection, radians; null where it was not computed. */
  readonly theta: number | null;
  /** Why the latent does not show the image, as a sentence's part; null where it does. */
  readonly failure: string | null;
}

export interface ProjectionResult {
  /** [count, D]; a row of NaN where nothing could be computed. */
  readonly latents: Float32Array;
  /** One per image, those that failed too. */
  readonly images: readonly ProjectedImageReport[];
  readonly steps: number;
}

const DEFAULTS: CompleteProjectionOptions = {
  seed: 0,
  steps: 1000,
  learningRate: 0.1,
  latentNoise: 0.05,
  pixelWeight: 10,
  embeddingWeight: 1,
  maxPixelResidual: 0.15,
  maxTheta: 0.8,
};

/** [least, most]; whole numbers for the first two. */
const RANGES: Record<keyof CompleteProjectionOptions, readonly [number, number]> = {
  seed: [0, Number.MAX_SAFE_INTEGER],
  steps: [1, 1_000_000],
  learningRate: [1e-9, 1e9],
  latentNoise: [0, 1],
  pixelWeight: [0, 1e9],
  embeddingWeight: [0, 1e9],
  maxPixelResidual: [0, 1],
  maxTheta: [0, Math.PI],
};

/** Fills in the defaults. @throws ParameterError naming the first that is out of its range */
export function completeOptions(options: ProjectionOptions): CompleteProjectionOptions {
  const complete: CompleteProjectionOptions = { ...DEFAULTS, ...options };
  for (const name of Object.keys(RANGES) as (keyof CompleteProjectionOptions)[]) {
    const value = complete[name];
    const [least, most] = RANGES[name];
    const isWhole = name === 'seed' || name === 'steps';
    if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) continue;
    throw new ParameterError(
      name,
      `must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}, got ${value}.`,
    );
  }
  const hasFeatures = options.perceptual !== undefined && options.perceptual.weight !== 0;
  if (complete.pixelWeight > 0 || complete.embeddingWeight > 0 || hasFeatures) return complete;
  throw new ParameterError(
    'pixelWeight',
    'and embeddingWeight are both 0, so that nothing would be minimised; raise one of them.',
  );
}
