/** @file Every image of a source is read to its end before anything is made of any: which can be used, and why others cannot. */

import type { ImportedFile } from '@colloid/catalog';
import { type ImageFormat, inspectImage, isFormatError, markAsSynthetic } from '@colloid/formats';
import { contentKey, type ObjectStore } from '@colloid/storage';

import { runActivity, type ActivityStore } from '../activities/activity.ts';
import type { Json } from '../digest.ts';
import { faceProblem, type FaceSize } from '../sets/face-pixels.ts';
import type { Candidate, LeftOut, SourceListing } from './list-source.ts';

/** Images of one activity: some seconds of work. */
const CHUNK = 200;
/** Read and decoded at the same time. */
const AT_ONCE = 4;

/** A candidate that can be used. */
export interface UsableImage extends Candidate {
  readonly format: ImageFormat;
}

interface Checked {
  readonly [key: string]: Json;
  /** The format, or the sentence why not, of each candidate of the chunk. */
  readonly images: readonly (
    | { readonly format: ImageFormat; readonly problem: null }
    | { readonly format: null; readonly problem: string }
  )[];
}

/** Checks all candidates, chunk by chunk. */
export async function checkImages(options: {
  readonly activities: ActivityStore;
  readonly store: ObjectStore;
  readonly files: readonly ImportedFile[];
  readonly listing: SourceListing;
  /** Whether each is to be marked, so that none may say the opposite of itself. */
  readonly isSynthetic: boolean;
  /** Of the recogniser's input; null where nothing is embedded. */
  readonly faceSize: FaceSize | null;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => Promise<void>;
}): Promise<{ readonly usable: readonly UsableImage[]; readonly leftOut: readonly LeftOut[] }> {
  const { activities, listing, isSynthetic, faceSize, signal, onProgress } = options;
  const { candidates, digests } = listing;
  const usable: UsableImage[] = [];
  const leftOut: LeftOut[] = [];
  for (let first = 0; first < candidates.length; first += CHUNK) {
    signal.throwIfAborted();
    const chunk = candidates.slice(first, first + CHUNK);
    const { images } = await runActivity<Checked>(activities, {
      name: 'import-check',
      version: 1,
      inputs: {
        listings: digests,
        first,
        count: chunk.length,
        isSynthetic,
        face: faceSize === null ? null : [faceSize.width, faceSize.height],
      },
      compute: async () => ({ images: await checkChunk(options, chunk) }),
    });
    for (const [index, candidate] of chunk.entries()) {
      const found = images[index];
      if (found?.format != null) usable.push({ ...candidate, format: found.format });
      else leftOut.push({ name: candidate.name, reason: found?.problem ?? '' });
    }
    await onProgress(Math.min(1, (first + CHUNK) / candidates.length));
  }
  return { usable, leftOut };
}

async function checkChunk(
  { store, files, isSynthetic, faceSize, signal }: Parameters<typeof checkImages>[0],
  chunk: readonly Candidate[],
): Promise<Checked['images']> {
  const found: Checked['images'][number][] = [];
  for (let at = 0; at < chunk.length; at += AT_ONCE) {
    signal.throwIfAborted();
    const together = chunk.slice(at, at + AT_ONCE).map(async (candidate) => {
      const bytes = await readCandidate(store, files, candidate);
      try {
        const image = await inspectImage(bytes);
        const problem = faceSize === null ? null : faceProblem(image, faceSize);
        if (problem !== null) return { format: null, problem };
        if (isSynthetic) await markAsSynthetic(bytes, image.format);
        return { format: image.format, problem: null };
      } catch (error) {
        if (!isFormatError(error)) throw error;
        return { format: null, problem: error.message };
      }
    });
    found.push(...(await Promise.all(together)));
  }
  return found;
}

/** The bytes of an image as they lie in its tar file. */
export async function readCandidate(
  store: ObjectStore,
  files: readonly ImportedFile[],
  { file, offset, sizeBytes }: Candidate,
): Promise<Uint8Array> {
  if (sizeBytes === 0) return new Uint8Array();
  return store.getRange(contentKey(files[file]?.digest ?? ''), offset, sizeBytes);
}
