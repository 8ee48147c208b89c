/** @file Embeddings of the images of an archive, which have to be cropped as the recogniser expects. */

import { decodeImage } from '@colloid/formats';
import { openRecogniser, type RecogniserModel, type Runtime } from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import { PipelineError } from '../errors.ts';
import { withArchive } from './archive.ts';
import { facePixels } from './face-pixels.ts';
import type { StoredGalleryReport } from './stored.ts';
import { toUnitRows, type UnitRows } from './unit-rows.ts';

const BATCH = 16;

/** What became of an archive. */
export interface EmbeddedArchive {
  readonly unit: UnitRows;
  /** Paths of the images that became rows, in order. */
  readonly files: readonly string[];
  readonly failures: StoredGalleryReport['failures'];
}

/**
 * Embeds every image of the archive, in the order of their names. An image that cannot be used is a failure with its reason.
 *
 * @throws PipelineError SET_INVALID where no image can be used
 */
export async function embedArchive(options: {
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly recogniser: RecogniserModel;
  readonly archive: { readonly name: string; readonly digest: string };
  readonly onProgress: (share: number) => Promise<void>;
  readonly signal: AbortSignal;
}): Promise<EmbeddedArchive> {
  const { store, runtime, recogniser, archive: file, onProgress, signal } = options;
  const failures: { file: string; reason: string }[] = [];
  const rows: Float32Array[] = [];
  const files: string[] = [];
  const sessions = await openRecogniser(runtime, recogniser, { batchSize: BATCH });
  try {
    await withArchive(store, file, async (archive, images) => {
      for (let first = 0; first < images.length; first += BATCH) {
        signal.throwIfAborted();
        const pixels: Uint8Array[] = [];
        for (const name of images.slice(first, first + BATCH)) {
          try {
            const image = await decodeImage(await archive.read(name));
            pixels.push(await facePixels(image, recogniser.image));
            files.push(name);
          } catch (error) {
            failures.push({ file: name, reason: error instanceof Error ? error.message : '' });
          }
        }
        if (pixels.length > 0) rows.push(await sessions.embed(pixels));
        await onProgress(Math.min(1, (first + BATCH) / images.length));
      }
    });
  } finally {
    await sessions.close();
  }
  const [failure] = failures;
  if (rows.length === 0 && failure !== undefined) {
    throw new PipelineError(
      'SET_INVALID',
      `None of the ${failures.length} images could be used; ${failure.file}: ${failure.reason}`,
    );
  }
  const embeddings = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const batch of rows) {
    embeddings.set(batch, offset);
    offset += batch.length;
  }
  return { unit: toUnitRows(embeddings, recogniser.embeddingDim), files, failures };
}
