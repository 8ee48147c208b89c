/** @file Drawings as pixels. */

import sharp from 'sharp';

/** CSS pixels of an inch. */
const CSS_DENSITY = 96;

/** Draws an SVG on white as a PNG, `scale` pixels for each of its own. Text needs a font on the machine. */
export async function rasteriseSvg(
  svg: string,
  { scale = 1 }: { readonly scale?: number } = {},
): Promise<Uint8Array> {
  const image = sharp(Buffer.from(svg), { density: CSS_DENSITY * scale });
  return new Uint8Array(await image.flatten({ background: '#ffffff' }).png().toBuffer());
}
