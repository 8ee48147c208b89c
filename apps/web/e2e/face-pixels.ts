/** @file Whether an image element shows a picture: really decoded, and not one flat colour. */
import type { Locator } from 'playwright-core';

/** What was found in an `<img>`. */
export interface FacePixels {
  readonly naturalWidth: number;
  /** Variance of the luminance over the picture, 0 to 16 256. */
  readonly variance: number;
}

/** Draws the image to a canvas in the page and measures it. */
export function readFacePixels(image: Locator): Promise<FacePixels> {
  return image.evaluate(async (element) => {
    if (!(element instanceof HTMLImageElement)) throw new Error('This is not an image.');
    await element.decode();
    const canvas = document.createElement('canvas');
    canvas.width = element.naturalWidth;
    canvas.height = element.naturalHeight;
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('There is no canvas to draw on.');
    context.drawImage(element, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    let squares = 0;
    const count = data.length / 4;
    for (let at = 0; at < data.length; at += 4) {
      const light =
        0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
      sum += light;
      squares += light * light;
    }
    return { naturalWidth: element.naturalWidth, variance: squares / count - (sum / count) ** 2 };
  });
}
