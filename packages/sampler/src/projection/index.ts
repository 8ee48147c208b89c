/** @file Projection: from images to the latents that show them. */

export type {
  ImageSource,
  LoadedImage,
  PerceptualNetwork,
  ProjectedImageReport,
  ProjectionOptions,
  ProjectionProgress,
  ProjectionResult,
} from './options.ts';
export { projectImages } from './project-images.ts';
