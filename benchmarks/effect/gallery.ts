/** @file What a gallery does: identities that the random draw puts too close to it, and where Langevin takes them. */

import { sampleReferences } from '@colloid/sampler';
import type { ReferenceResult } from '@colloid/sampler';

import { builtInLangevin } from './references.ts';
import type { EffectOptions } from './references.ts';

export interface GalleryEffect {
  readonly identities: number;
  /** Rows of the gallery: the random draw of another seed. */
  readonly gallery: number;
  /** d_c, radians. */
  readonly constantDistance: number;
  readonly iterations: number;
  /** The iteration at which nobody was too close to anybody any more; null: never. */
  readonly restedAt: number | null;
  readonly before: Closeness;
  readonly after: Closeness;
}

interface Closeness {
  /** Identities closer than d_c to some row of the gallery. */
  readonly closer: number;
  /** Radians. */
  readonly leastTheta: number;
}

/** A few identities of the random draw are closer than this to somebody of the gallery. */
const DISTANCE = 1;
/** Identities push each other no further than they push away from the gallery, so that the gallery is what is seen. */
const RADIUS = { repulsionRadius: 1.05, interClassThreshold: 1 } as const;
/** A step that takes a pair just past the distance wanted, and nothing random after that: the system comes to rest there. */
const STEP = { timestep: 10, randomForce: 0 } as const;
const GALLERY_SEED = 1000;

/** Nobody is to end closer than d_c. */
export async function galleryEffect(options: EffectOptions): Promise<GalleryEffect> {
  const { sessions, identities, seed, iterations, note } = options;
  const drawn = { algorithm: 'random', identities } as const;
  const { embeddings: gallery } = await end(
    sampleReferences(sessions, { ...drawn, seed: seed + GALLERY_SEED }),
  );
  const random = await end(sampleReferences(sessions, { ...drawn, seed }));
  const moved = await end(
    sampleReferences(sessions, {
      algorithm: 'langevin',
      identities,
      seed,
      gallery,
      parameters: {
        ...builtInLangevin(),
        ...RADIUS,
        ...STEP,
        iterations,
        constantDistance: DISTANCE,
      },
    }),
    (text) => note(`gallery ${text}`),
  );
  const dim = sessions.embeddingDim;
  return {
    identities,
    gallery: gallery.length / dim,
    constantDistance: DISTANCE,
    iterations,
    restedAt: moved.restedAt,
    before: closeness(random.embeddings, gallery, dim),
    after: closeness(moved.embeddings, gallery, dim),
  };
}

async function end(
  run: ReturnType<typeof sampleReferences>,
  note: (text: string) => void = () => undefined,
): Promise<ReferenceResult> {
  let step = await run.next();
  while (step.done !== true) {
    const { completed, statistics } = step.value;
    note(`${completed}: least angle to it ${statistics.galleryTheta?.min.toFixed(3)}`);
    step = await run.next();
  }
  return step.value;
}

function closeness(embeddings: Float32Array, gallery: Float32Array, dim: number): Closeness {
  let closer = 0;
  let leastTheta = Math.PI;
  for (let i = 0; i * dim < embeddings.length; i++) {
    let largest = -1;
    for (let j = 0; j * dim < gallery.length; j++) {
      let cosine = 0;
      for (let d = 0; d < dim; d++) {
        cosine += (embeddings[i * dim + d] ?? 0) * (gallery[j * dim + d] ?? 0);
      }
      largest = Math.max(largest, cosine);
    }
    const theta = Math.acos(Math.min(1, largest));
    if (theta < DISTANCE) closer += 1;
    leastTheta = Math.min(leastTheta, theta);
  }
  return { closer, leastTheta };
}
