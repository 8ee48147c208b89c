/** @file Decoded images in another size. */
import sharp from 'sharp';

import type { RgbImage } from './pixels.ts';

/** The image in exactly that many pixels, stretched where the proportions differ; Lanczos, without aliasing. */
export async function resizeRgb(
  image: RgbImage,
  size: { readonly width: number; readonly height: number },
): Promise<RgbImage> {
  const { width, height } = size;
  if (image.width === width && image.height === height) return image;
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const data = await sharp(image.pixels, { raw })
    .resize({ width, height, fit: 'fill' })
    .raw()
    .toBuffer();
  return { pixels: new Uint8Array(data), width, height };
}
