/** @file Images of a folder as the generator would have made them. */

import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, normalize, sep } from 'node:path';

import { decodeImage, resizeRgb } from '@colloid/formats';
import type { ImageLabel, LoadedImage } from '@colloid/sampler';

import { CliError } from '../../errors.ts';
import { messageOf } from './read-inputs.ts';

/** Proportions may differ by this share before a face would be visibly stretched. */
const LARGEST_STRETCH = 0.01;

/**
 * Every image of the table must be in the folder: a wrong path is a mistake in the table, and is found before hours of work.
 *
 * @throws CliError INPUT_FILE naming the line
 */
export async function checkImages(folder: string, labels: readonly ImageLabel[]): Promise<void> {
  for (const { file, line } of labels) {
    const path = normalize(file);
    if (isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`)) {
      throw new CliError(
        'INPUT_FILE',
        `Line ${line} of the table of labels names '${file}', which is outside of ${folder}; name files of that folder.`,
      );
    }
    const isFile = await stat(join(folder, path)).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) continue;
    throw new CliError(
      'INPUT_FILE',
      `Line ${line} of the table of labels names '${file}', which is no file in ${folder}; correct the line or --images.`,
    );
  }
}

/** RGB bytes in the size of the generator's images; a reason where the file is no image, or of other proportions. */
export async function loadFace(
  file: string,
  size: { readonly width: number; readonly height: number },
): Promise<LoadedImage> {
  try {
    const image = await decodeImage(await readFile(file));
    const stretch = (image.width * size.height) / (image.height * size.width);
    if (Math.abs(stretch - 1) > LARGEST_STRETCH) {
      return {
        failure: `it has ${image.width} x ${image.height} pixels, other proportions than the generator's ${size.width} x ${size.height}; crop it to the generator's framing`,
      };
    }
    return (await resizeRgb(image, size)).pixels;
  } catch (error) {
    return { failure: `it cannot be read as an image: ${messageOf(error)}` };
  }
}
