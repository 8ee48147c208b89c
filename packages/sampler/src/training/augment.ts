/** @file Cheap photometric and geometric jitter that turns cached bytes into a network's input. */

import { uniform, type RandomKey } from '../random/random.ts';

export interface ImageLayout {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Half-widths of the uniform draws; all zero leaves the image as it is. */
export interface AugmentationParameters {
  /** Whole-pixel shift in either direction; pixels moved in from outside repeat the border. */
  readonly shiftPixels: number;
  /** Added to all channels, in units of the [-1, 1] range. */
  readonly brightness: number;
  /** Gain about 0: 1 ± contrast. */
  readonly contrast: number;
  /** Gain of each channel on its own. */
  readonly channelGain: number;
  /** Largest half-width of the added uniform noise; each image draws its own below it. */
  readonly noise: number;
}

export const NO_AUGMENTATION: AugmentationParameters = {
  shiftPixels: 0,
  brightness: 0,
  contrast: 0,
  channelGain: 0,
  noise: 0,
};

/** Where an image lies in an array of many. */
export interface ImagePlace<Data> {
  readonly data: Data;
  /** Index of the image's first element. */
  readonly offset: number;
}

/**
 * Writes one image, `[channels, height, width]` bytes, as float32 in about [-1, 1]: 0 maps to -1 and 255 to 1 before jitter.
 *
 * @param key names the draws of this image in this epoch
 */
export function augmentInto(
  target: ImagePlace<Float32Array>,
  source: ImagePlace<Uint8Array>,
  options: {
    readonly layout: ImageLayout;
    readonly parameters: AugmentationParameters;
    readonly key: RandomKey;
  },
): void {
  const { channels, height, width } = options.layout;
  const { shiftPixels, brightness, contrast, channelGain, noise } = options.parameters;
  const draws = new Float32Array(6 + channels);
  uniform(options.key, draws);
  const symmetric = (index: number): number => 2 * (draws[index] as number) - 1;
  const shiftX = Math.round(symmetric(0) * shiftPixels);
  const shiftY = Math.round(symmetric(1) * shiftPixels);
  const gain = 1 + symmetric(2) * contrast;
  const noiseRange = 2 * noise * (draws[4] as number);
  const offset = symmetric(3) * brightness - gain - noiseRange / 2;
  let noiseState = Math.floor((draws[5] as number) * 0x7fffffff) | 1;
  for (let channel = 0; channel < channels; channel += 1) {
    const slope = (gain * (1 + symmetric(6 + channel) * channelGain) * 2) / 255;
    const plane = channel * height * width;
    for (let y = 0; y < height; y += 1) {
      const sourceRow = source.offset + plane + clamp(y + shiftY, height) * width;
      const targetRow = target.offset + plane + y * width;
      for (let x = 0; x < width; x += 1) {
        // A linear congruential step is random enough for a pixel's noise and costs one multiplication.
        noiseState = (Math.imul(noiseState, 1664525) + 1013904223) | 0;
        target.data[targetRow + x] =
          (source.data[sourceRow + clamp(x + shiftX, width)] as number) * slope +
          offset +
          noiseRange * ((noiseState >>> 8) / 0x1000000);
      }
    }
  }
}

function clamp(index: number, length: number): number {
  return index < 0 ? 0 : index >= length ? length - 1 : index;
}
