/** @file Many images on one, in a grid: for documents and for a first look at a dataset. */
import { FormatError } from '../errors.ts';
import { decodeImage } from './decode.ts';
import { encodeRgb } from './encode.ts';
import type { RgbImage } from './pixels.ts';

/** How the grid looks. */
export interface ContactSheetOptions {
  /** Images in a row. */
  readonly columns: number;
  /** Pixels between images and around them. @default 4 */
  readonly gap?: number;
  /** Red, green and blue, 0 to 255. @default white */
  readonly background?: readonly [number, number, number];
}

/**
 * Put images into a grid, row by row, and encode it as PNG, marked as synthetic. Every cell is as
 * large as the largest image; smaller ones are centred.
 *
 * @param images Encoded images or pixels, in any mixture; at least one.
 * @throws FormatError
 */
export async function contactSheet(
  images: readonly (Uint8Array | RgbImage)[],
  options: ContactSheetOptions,
): Promise<Uint8Array> {
  const { columns, gap = 4, background = [255, 255, 255] } = options;
  if (images.length === 0)
    throw new FormatError('INVALID_ARGUMENT', 'A contact sheet needs at least one image.');
  if (!Number.isInteger(columns) || columns < 1 || !Number.isInteger(gap) || gap < 0)
    throw new FormatError(
      'INVALID_ARGUMENT',
      `A contact sheet of ${columns} columns and a gap of ${gap} pixels; use whole numbers, at least 1 and 0.`,
    );
  const tiles = await Promise.all(
    images.map(async (image) => (image instanceof Uint8Array ? decodeImage(image) : image)),
  );
  const cellWidth = Math.max(...tiles.map((tile) => tile.width));
  const cellHeight = Math.max(...tiles.map((tile) => tile.height));
  const across = Math.min(columns, tiles.length);
  const width = across * (cellWidth + gap) + gap;
  const height = Math.ceil(tiles.length / columns) * (cellHeight + gap) + gap;
  const pixels = new Uint8Array(width * height * 3).map((_, index) => background[index % 3] ?? 0);
  const sheet: RgbImage = { pixels, width, height };
  for (const [index, tile] of tiles.entries()) {
    const left = gap + (index % columns) * (cellWidth + gap) + ((cellWidth - tile.width) >> 1);
    const top =
      gap + Math.floor(index / columns) * (cellHeight + gap) + ((cellHeight - tile.height) >> 1);
    paste(sheet, tile, left, top);
  }
  return encodeRgb(sheet, { format: 'png', metadata: { description: 'Contact sheet' } });
}

function paste(sheet: RgbImage, tile: RgbImage, left: number, top: number): void {
  const rowBytes = tile.width * 3;
  for (let row = 0; row < tile.height; row += 1)
    sheet.pixels.set(
      tile.pixels.subarray(row * rowBytes, (row + 1) * rowBytes),
      ((top + row) * sheet.width + left) * 3,
    );
}
