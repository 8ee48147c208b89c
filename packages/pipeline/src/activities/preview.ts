/** @file Faces of the closest pair, and of the identities that began closest to each other, as they move apart. */

import type { ChainSessions, Nearest, ReferenceState } from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import type { PreviewSheet } from '../reporter.ts';
import { storeSheet } from './sheet.ts';

const MOST_COLUMNS = 6;
const MOST_FACES = 10;

/** Ordinals of the identities with the smallest θ to their nearest neighbour, pairs kept together, the closest one first. */
export function closestIdentities({ index, theta }: Nearest): readonly number[] {
  const byDistance = Array.from(theta.keys()).toSorted(
    (a, b) => (theta[a] ?? 0) - (theta[b] ?? 0) || a - b,
  );
  const chosen = new Set<number>();
  for (const identity of byDistance) {
    if (chosen.size >= MOST_FACES) break;
    chosen.add(identity);
    const nearest = index[identity];
    if (nearest !== undefined && nearest >= 0 && chosen.size < MOST_FACES) chosen.add(nearest);
  }
  return [...chosen];
}

/** Renders the chosen identities of a state, six in a row, and stores the sheet. */
export async function storePreview(
  store: ObjectStore,
  sessions: ChainSessions,
  state: ReferenceState,
  identities: readonly number[],
  signal: AbortSignal,
): Promise<PreviewSheet> {
  const { latentDim } = sessions;
  const latents = new Float32Array(identities.length * latentDim);
  identities.forEach((identity, row) => {
    const source = state.latents.subarray(identity * latentDim, (identity + 1) * latentDim);
    latents.set(source, row * latentDim);
  });
  const images = await sessions.images(latents, { signal });
  const sheet = await storeSheet(store, images, { mostColumns: MOST_COLUMNS, quality: 85 });
  return { iteration: state.iteration, ...sheet };
}
