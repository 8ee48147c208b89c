/** @file An image as a recogniser takes it: there is no face detector, so it has to be cropped already. */

import { resizeRgb, type RgbImage } from '@colloid/formats';

/** Pixels of a recogniser's input. */
export interface FaceSize {
  readonly width: number;
  readonly height: number;
}

/** Why an image cannot be a recogniser's input, with what would do; null where it can. */
export function faceProblem(image: FaceSize, { width, height }: FaceSize): string | null {
  if (image.width * height === image.height * width) return null;
  return `It has ${image.width} × ${image.height} pixels; crop the face as the recogniser sees it, ${width} × ${height} or a multiple.`;
}

/** RGB bytes `[height, width, 3]` of the image in the recogniser's size. @throws Error with the sentence of {@link faceProblem} */
export async function facePixels(image: RgbImage, size: FaceSize): Promise<Uint8Array> {
  const problem = faceProblem(image, size);
  if (problem !== null) throw new Error(problem);
  return (await resizeRgb(image, size)).pixels;
}
