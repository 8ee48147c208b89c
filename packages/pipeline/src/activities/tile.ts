/** @file Images laid out as one. */

import type { ImageBatch } from '@colloid/sampler';

/** Lays `[count, height, width, 3]` pixels out as one image of `rows` × `columns` tiles. */
export function tile(images: ImageBatch, columns: number, rows: number): Uint8Array {
  const { height, width, channels, data } = images;
  const tileStride = width * channels;
  const sheet = new Uint8Array(rows * columns * height * tileStride);
  for (let image = 0; image < images.count; image += 1) {
    const top = Math.floor(image / columns) * height;
    const left = (image % columns) * tileStride;
    for (let y = 0; y < height; y += 1) {
      const from = (image * height + y) * tileStride;
      sheet.set(data.subarray(from, from + tileStride), (top + y) * columns * tileStride + left);
    }
  }
  return sheet;
}
