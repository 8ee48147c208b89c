/** @file Images to PNG, JPEG and WebP, every one of them marked as synthetic. */
import sharp from 'sharp';
import type { Sharp } from 'sharp';

import { FormatError } from '../errors.ts';
import { checkSize, toRgb } from './pixels.ts';
import type { NetworkImage, RgbImage } from './pixels.ts';
import { withInternationalXmp } from './png-xmp.ts';
import { syntheticXmp } from './synthetic-mark.ts';
import type { SyntheticMetadata } from './synthetic-mark.ts';

/** Formats that can be written. */
export type ImageFormat = 'png' | 'jpeg' | 'webp';

/** How an image is written. */
export interface EncodeOptions {
  readonly format: ImageFormat;
  /** 1 to 100, for JPEG and WebP; PNG loses nothing. @default 95 for JPEG, 90 for WebP */
  readonly quality?: number;
  /** What the synthetic mark says beside the fact itself; the mark is always there. */
  readonly metadata?: SyntheticMetadata;
}

/** Extension and media type of each format. */
export const IMAGE_FORMATS: Readonly<
  Record<ImageFormat, { readonly extension: string; readonly contentType: string }>
> = {
  png: { extension: 'png', contentType: 'image/png' },
  jpeg: { extension: 'jpg', contentType: 'image/jpeg' },
  webp: { extension: 'webp', contentType: 'image/webp' },
};

const DEFAULT_QUALITY: Readonly<Record<ImageFormat, number>> = { png: 100, jpeg: 95, webp: 90 };
const DEFAULT_CONCURRENCY = 4;

/**
 * Encode a network's image. The same image and options give the same bytes.
 *
 * @throws FormatError INVALID_ARGUMENT
 * @example
 * const bytes = await encodeImage(
 *   { pixels, width: 256, height: 256, layout: 'CHW', range: [-1, 1], channels: 'RGB' },
 *   { format: 'webp', metadata: { identifier: digest } },
 * );
 */
export async function encodeImage(
  image: NetworkImage,
  options: EncodeOptions,
): Promise<Uint8Array> {
  return encodeRgb(toRgb(image), options);
}

/** Encode rows of RGB bytes. */
export async function encodeRgb(image: RgbImage, options: EncodeOptions): Promise<Uint8Array> {
  const { pixels, width, height } = image;
  checkSize(width, height, pixels.length);
  const quality = options.quality ?? DEFAULT_QUALITY[options.format];
  if (!Number.isInteger(quality) || quality < 1 || quality > 100)
    throw new FormatError('INVALID_ARGUMENT', `Image quality ${quality} must be 1 to 100.`);
  const source = sharp(pixels, { raw: { width, height, channels: 3 } }).withXmp(
    syntheticXmp(options.metadata),
  );
  return written(source, options.format, quality);
}

/** Options of {@link encodeImages}. */
export interface EncodeManyOptions {
  /** Images in work at the same time. @default 4 */
  readonly concurrency?: number;
  /** Looked at before each image. */
  readonly signal?: AbortSignal;
}

/**
 * Encode many images, a few at a time, in the order given. At most `concurrency` images and their
 * results wait in memory, however many come.
 */
export async function* encodeImages(
  jobs: Iterable<readonly [NetworkImage, EncodeOptions]>,
  options: EncodeManyOptions = {},
): AsyncGenerator<Uint8Array> {
  const concurrency = options.concurrency ?? DEFAULT_CONCURRENCY;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new FormatError('INVALID_ARGUMENT', `Concurrency ${concurrency} must be 1 or more.`);
  const running: Promise<Uint8Array>[] = [];
  try {
    for (const [image, encodeOptions] of jobs) {
      options.signal?.throwIfAborted();
      const job = encodeImage(image, encodeOptions);
      // It may fail while an earlier one is awaited; its turn to be reported comes.
      job.catch(() => undefined);
      running.push(job);
      if (running.length >= concurrency) yield* takeFirst(running);
    }
    while (running.length > 0) yield* takeFirst(running);
  } finally {
    // Those still running when one fails, or when nobody reads on: wait, so that none fails unseen.
    await Promise.allSettled(running);
  }
}

/** The bytes of an image that carries XMP, where readers of its format look for it. */
export async function written(
  source: Sharp,
  format: ImageFormat,
  quality: number,
): Promise<Uint8Array> {
  const bytes = await withFormat(source, format, quality).toBuffer();
  return format === 'png' ? withInternationalXmp(bytes) : bytes;
}

/** Put the encoder's settings on a pipeline; none of them depends on the machine. */
function withFormat(source: Sharp, format: ImageFormat, quality: number): Sharp {
  switch (format) {
    case 'png':
      return source.png({ compressionLevel: 6 });
    case 'jpeg':
      // Full colour resolution: skin and iris colour are part of what is sampled.
      return source.jpeg({ quality, chromaSubsampling: '4:4:4' });
    case 'webp':
      // Effort 2 instead of 4 nearly halves the time at about the same size.
      return source.webp({ quality, effort: 2 });
  }
}

async function* takeFirst(running: Promise<Uint8Array>[]): AsyncGenerator<Uint8Array> {
  const first = running[0];
  if (first === undefined) return;
  const bytes = await first;
  void running.shift();
  yield bytes;
}
