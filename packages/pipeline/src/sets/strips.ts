/** @file Covariate directions as a page shows them: what is known of each, and faces moved along it. */

import type { CovariateDirection, CovariateDirections, GeneratorSessions } from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import { storeSheet } from '../activities/sheet.ts';
import type { StoredDirection } from './stored.ts';

/** Steps from the negative to the positive side. */
const COLUMNS = 7;
/** Faces that are moved besides the mean one, and how they are drawn: the same for every set of a generator. */
const DRAWN = { seed: 20, first: 0, count: 1, truncation: 0.7 } as const;
const QUALITY = 88;

/** Renders the strip of every direction and stores it; `onProgress` is told the share that is done. */
export async function describeDirections(options: {
  readonly store: ObjectStore;
  readonly generator: GeneratorSessions;
  readonly set: CovariateDirections;
  readonly onProgress?: (share: number) => Promise<void>;
  readonly signal?: AbortSignal;
}): Promise<readonly StoredDirection[]> {
  const { store, generator, set, onProgress, signal } = options;
  const { latentDim } = generator;
  const drawn = await generator.drawLatents(DRAWN);
  const faces = new Float32Array((1 + DRAWN.count) * latentDim);
  faces.set(generator.average);
  faces.set(drawn, latentDim);
  const described: StoredDirection[] = [];
  for (const direction of set.directions) {
    signal?.throwIfAborted();
    const offsets = offsetsOf(direction);
    const images = await generator.images(moved(faces, direction.normal, offsets));
    const sheet = await storeSheet(store, images, { mostColumns: COLUMNS, quality: QUALITY });
    const { normal: _, ...known } = direction;
    described.push({ ...known, strip: { ...sheet, offsets: [...offsets] } });
    await onProgress?.(described.length / set.directions.length);
  }
  return described;
}

/** Evenly spaced signed distances from the mean of the negative side to that of the positive one, latent units. */
function offsetsOf({ negativeSide, positiveSide }: CovariateDirection): readonly number[] {
  const isApart = positiveSide.mean > negativeSide.mean;
  const [from, to] = isApart
    ? [negativeSide.mean, positiveSide.mean]
    : [negativeSide.min, positiveSide.max];
  return Array.from(
    { length: COLUMNS },
    (_, column) => from + ((to - from) * column) / (COLUMNS - 1),
  );
}

/** Every face `[rows, D]` at every distance to the plane: `[rows · columns, D]`, row after row. */
function moved(
  faces: Float32Array,
  normal: Float32Array,
  offsets: readonly number[],
): Float32Array {
  const latentDim = normal.length;
  const rows = faces.length / latentDim;
  const latents = new Float32Array(rows * offsets.length * latentDim);
  for (let row = 0; row < rows; row += 1) {
    const face = faces.subarray(row * latentDim, (row + 1) * latentDim);
    const component = face.reduce((sum, value, d) => sum + value * (normal[d] ?? 0), 0);
    offsets.forEach((offset, column) => {
      const start = (row * offsets.length + column) * latentDim;
      face.forEach((value, d) => {
        latents[start + d] = value + (offset - component) * (normal[d] ?? 0);
      });
    });
  }
  return latents;
}
