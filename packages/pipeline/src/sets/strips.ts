/** @file Covariate directions as a page shows them: what is known of each, and faces moved along it. */

import {
  type CovariateDirections,
  type GeneratorSessions,
  moveAlong,
  stripOffsets,
} from '@colloid/sampler';
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
    const offsets = stripOffsets(direction, COLUMNS);
    const images = await generator.images(moveAlong(faces, direction.normal, offsets));
    const sheet = await storeSheet(store, images, { mostColumns: COLUMNS, quality: QUALITY });
    const { normal: _, ...known } = direction;
    described.push({ ...known, strip: { ...sheet, offsets: [...offsets] } });
    await onProgress?.(described.length / set.directions.length);
  }
  return described;
}
