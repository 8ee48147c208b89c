/** @file What an image file from outside is, before it is taken: its format, its size, and whether all of it can be read. */
import sharp from 'sharp';

import { FormatError } from '../errors.ts';
import { decodeImage, MAX_PIXELS } from './decode.ts';
import type { ImageFormat } from './encode.ts';
import type { RgbImage } from './pixels.ts';

/** An image that was read to its end. */
export interface InspectedImage extends RgbImage {
  readonly format: ImageFormat;
}

/**
 * Read a PNG, JPEG or WebP file of somebody else's. The sizes that it claims are looked at before any pixel is.
 *
 * @throws FormatError INVALID_IMAGE with what is wrong and what would do
 */
export async function inspectImage(bytes: Uint8Array): Promise<InspectedImage> {
  if (bytes.byteLength === 0) throw invalid('The file has no bytes; put the image there again.');
  const { format, width, height, pages } = await headerOf(bytes);
  if (format !== 'png' && format !== 'jpeg' && format !== 'webp') {
    throw invalid(`It is ${format.toUpperCase()}; save it as PNG, JPEG or WebP.`);
  }
  if (width * height > MAX_PIXELS) {
    throw invalid(
      `It says it has ${width} × ${height} pixels, and ${MAX_PIXELS} in all are the most; make it smaller.`,
    );
  }
  if (pages > 1) throw invalid(`It moves, in ${pages} pictures; save one of them.`);
  return { ...(await decodeImage(bytes)), format };
}

async function headerOf(bytes: Uint8Array) {
  try {
    // No limit: nothing is decoded here, and the size is to be told.
    const header = await sharp(bytes, { limitInputPixels: false }).metadata();
    const { format, width, height, pages = 1 } = header;
    return { format, width, height, pages };
  } catch (error) {
    throw invalid('It is no image that can be read; put a whole PNG, JPEG or WebP there.', error);
  }
}

function invalid(message: string, cause?: unknown): FormatError {
  return new FormatError('INVALID_IMAGE', message, cause);
}
