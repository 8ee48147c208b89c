/** @file Pixels of one image, and how the networks' numbers become bytes. */
import { FormatError } from '../errors.ts';

/** Order of the numbers of an image: channel by channel, or pixel by pixel. */
export type PixelLayout = 'CHW' | 'HWC';

/** Order of the three channels. */
export type ChannelOrder = 'RGB' | 'BGR';

/** An image as a network gives it. */
export interface NetworkImage {
  /** 3 · height · width numbers. */
  readonly pixels: Float32Array | Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly layout: PixelLayout;
  /** Values of black and of white, as [-1, 1] or [0, 255]; values beyond are cut off. */
  readonly range: readonly [number, number];
  readonly channels: ChannelOrder;
}

/** An image as rows of RGB bytes. */
export interface RgbImage {
  /** [height, width, 3], owned by the holder. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const CHANNELS = 3;
const MAX_SIDE = 16_383; // the limit of WebP, the smallest of the three formats

/**
 * The image as rows of RGB bytes; a value v becomes round(255 (v - lo) / (hi - lo)), cut to 0..255.
 *
 * @throws FormatError INVALID_ARGUMENT for sizes or ranges that do not fit, and for NaN
 */
export function toRgb(image: NetworkImage): RgbImage {
  const { pixels, width, height, layout, channels } = image;
  const [low, high] = image.range;
  checkSize(width, height, pixels.length);
  if (!Number.isFinite(low) || !Number.isFinite(high) || low === high)
    throw invalid(`The range [${low}, ${high}] has no values between black and white`);
  const count = width * height;
  const scale = 255 / (high - low);
  const rgb = new Uint8Array(CHANNELS * count);
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    const target = channels === 'RGB' ? channel : CHANNELS - 1 - channel;
    const start = layout === 'CHW' ? channel * count : channel;
    const step = layout === 'CHW' ? 1 : CHANNELS;
    for (let pixel = 0; pixel < count; pixel += 1) {
      const value = pixels[start + pixel * step] ?? Number.NaN;
      if (Number.isNaN(value))
        throw invalid(
          `Pixel (${pixel % width}, ${Math.floor(pixel / width)}), channel ${channel}, is NaN; the generator gave no usable image`,
        );
      const level = Math.round((value - low) * scale);
      rgb[pixel * CHANNELS + target] = Math.min(255, Math.max(0, level));
    }
  }
  return { pixels: rgb, width, height };
}

/** Refuse sizes that are no image, or do not go with that many numbers. */
export function checkSize(width: number, height: number, numbers: number): void {
  if (![width, height].every((side) => Number.isSafeInteger(side) && side >= 1 && side <= MAX_SIDE))
    throw invalid(`An image of ${width} × ${height} pixels; sides must be 1 to ${MAX_SIDE}`);
  if (numbers !== CHANNELS * width * height)
    throw invalid(
      `An image of ${width} × ${height} pixels has ${CHANNELS * width * height} numbers, not ${numbers}`,
    );
}

function invalid(text: string): FormatError {
  return new FormatError('INVALID_ARGUMENT', `${text}.`);
}
