/** @file Images back to pixels, and to smaller images. */
import sharp from 'sharp';
import type { Sharp } from 'sharp';

import { FormatError } from '../errors.ts';
import { written } from './encode.ts';
import type { ImageFormat } from './encode.ts';
import type { RgbImage } from './pixels.ts';

/** Uploaded images may be made to exhaust memory: 64 megapixels are plenty for a face. */
export const MAX_PIXELS = 64 * 1024 * 1024;

/**
 * Decode a PNG, JPEG or WebP image; transparency is dropped, grey becomes colour.
 *
 * @throws FormatError INVALID_IMAGE when the bytes are no whole image, or one over 64 megapixels
 */
export async function decodeImage(bytes: Uint8Array): Promise<RgbImage> {
  return attempt(async () => {
    const { data, info } = await open(bytes)
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { pixels: new Uint8Array(data), width: info.width, height: info.height };
  });
}

/** How a thumbnail is written. */
export interface ThumbnailOptions {
  /** @default 'webp' */
  readonly format?: ImageFormat;
  /** 1 to 100. @default 80 */
  readonly quality?: number;
}

/**
 * The image made `widthPx` wide at the same proportions, never larger than it was. The synthetic
 * mark stays.
 *
 * @throws FormatError
 */
export async function thumbnail(
  bytes: Uint8Array,
  widthPx: number,
  options: ThumbnailOptions = {},
): Promise<Uint8Array> {
  if (!Number.isInteger(widthPx) || widthPx < 1 || widthPx > 4096)
    throw new FormatError(
      'INVALID_ARGUMENT',
      `A thumbnail's width must be 1 to 4096 pixels, not ${widthPx}.`,
    );
  const { format = 'webp', quality = 80 } = options;
  return attempt(() => {
    const resized = open(bytes).resize({ width: widthPx, withoutEnlargement: true }).keepXmp();
    return written(resized, format, quality);
  });
}

function open(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' });
}

async function attempt<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new FormatError(
      'INVALID_IMAGE',
      `The bytes are no image that can be read (${error instanceof Error ? error.message : String(error)}); a whole PNG, JPEG or WebP file is needed.`,
      error,
    );
  }
}
