/** @file Images laid out as one, and kept as an object. */

import { encodeImage } from '@colloid/formats';
import type { ImageBatch } from '@colloid/sampler';
import { type ObjectStore, putContent } from '@colloid/storage';

/** Grey of tiles that no image fills, on a light page as on a dark one. */
const EMPTY = 128;

/** A stored sheet of tiles, in the order of the batch, row after row. */
export interface StoredSheet {
  readonly objectKey: string;
  readonly columns: number;
  readonly rows: number;
}

/** Lays a batch out in at most `mostColumns` columns and stores it as WebP of that quality, 1 to 100. */
export async function storeSheet(
  store: ObjectStore,
  images: ImageBatch,
  options: { readonly mostColumns: number; readonly quality: number },
): Promise<StoredSheet> {
  const columns = Math.min(options.mostColumns, images.count);
  const rows = Math.ceil(images.count / columns);
  const bytes = await encodeImage(
    {
      pixels: tile(images, columns, rows),
      width: columns * images.width,
      height: rows * images.height,
      layout: 'HWC',
      channels: 'RGB',
      range: [0, 255],
    },
    { format: 'webp', quality: options.quality },
  );
  const { key } = await putContent(store, bytes, { contentType: 'image/webp' });
  return { objectKey: key, columns, rows };
}

/** Lays `[count, height, width, 3]` pixels out as one image of `rows` × `columns` tiles. */
function tile(images: ImageBatch, columns: number, rows: number): Uint8Array {
  const { height, width, channels, data } = images;
  const tileStride = width * channels;
  const sheet = new Uint8Array(rows * columns * height * tileStride).fill(EMPTY);
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
