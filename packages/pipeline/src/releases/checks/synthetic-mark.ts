/** @file SYNTHETIC_MARK: every image says in its own metadata that a model made it. */

import { isFormatError, readSyntheticMark, SYNTHETIC_SOURCE_TYPE } from '@colloid/formats';

import { type Check, type CheckContext, counted, MOST_LISTED } from './check.ts';
import { type CheckedImage, imagesOf } from './images.ts';

/** Images whose metadata is read at the same time. */
const AT_ONCE = 8;

export const syntheticMark: Check = async (context) => {
  const unmarked: string[] = [];
  let images = 0;
  let without = 0;
  for await (const batch of batchesOf(context)) {
    const marked = await Promise.all(batch.map(({ bytes }) => isMarked(bytes)));
    images += batch.length;
    for (const [index, image] of batch.entries()) {
      if (marked[index] === true) continue;
      without += 1;
      const { run, identity, sample } = image;
      if (unmarked.length < MOST_LISTED)
        unmarked.push(`run ${run}, identity ${identity}, sample ${sample}`);
    }
  }
  const evidence = { images, without, unmarked, digitalSourceType: SYNTHETIC_SOURCE_TYPE };
  if (without === 0) {
    return {
      isPassed: true,
      sentence: `All ${counted(images, 'image')} carry IPTC's mark of media that a trained model made.`,
      evidence,
    };
  }
  const hasImports = context.version.parts.some(({ imported }) => imported !== null);
  const again = hasImports
    ? 'import them again declared as synthetic, where a model made them'
    : 'render them again';
  return {
    isPassed: false,
    sentence: `${without} of ${counted(images, 'image')} lack IPTC's mark of synthetic media, the first of them ${unmarked[0] ?? ''}; leave them out by a subset, or ${again}.`,
    evidence,
  };
};

async function* batchesOf(context: CheckContext): AsyncGenerator<readonly CheckedImage[]> {
  let batch: CheckedImage[] = [];
  for await (const image of imagesOf(context, context.report)) {
    batch.push(image);
    if (batch.length < AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Bytes that are no image have no mark either. */
async function isMarked(bytes: Uint8Array): Promise<boolean> {
  try {
    return (await readSyntheticMark(bytes)) !== null;
  } catch (error) {
    if (isFormatError(error, 'INVALID_IMAGE')) return false;
    throw error;
  }
}
