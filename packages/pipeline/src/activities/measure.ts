/** @file The measure stage: how far apart the identities are, and how close each one's pictures. */

import {
  type DatasetMeasures,
  type LeakageGallery,
  measure as measureDataset,
  measureLeakage,
  variationsPerIdentity,
  type VariationShard as MeasuredShard,
} from '@colloid/sampler';

import type { Json } from '../digest.ts';
import { type LeakingSample, placeLeakage } from '../measurements/leakage.ts';
import { type DatasetMetrics, metricsOf } from '../measurements/metrics.ts';
import { runActivity } from './activity.ts';
import { type ArrayReference, getArray, putArray } from './arrays.ts';
import type { ReferenceOutput } from './references.ts';
import type { StageContext } from './stage-context.ts';
import type { VariationShard } from './variations.ts';

/** Figures of a dataset version, as `DatasetVersion.metrics` keeps them. */
export type VersionMetrics = DatasetMetrics;

export interface MeasureOutput {
  readonly [key: string]: Json;
  readonly metrics: VersionMetrics;
  /** `[N, 3]`: nearest other identity, θ to it, largest θ of a variation to its reference (NaN without variations). */
  readonly identities: ArrayReference;
}

/**
 * Measures references and variations; `before` is the random draw the references began with.
 *
 * @param galleries to look for leakage of, embedded by the run's recogniser; by default the one that the recipe names
 */
export async function measure(
  context: StageContext,
  references: ReferenceOutput,
  variations: readonly VariationShard[],
  galleries: readonly NamedGallery[] = recipeGalleries(context),
): Promise<MeasureOutput> {
  const ict = interClassThreshold(context);
  const { recipe, sessions, signal, store } = context;
  return runActivity(context.activities, {
    name: 'measure',
    version: 4,
    inputs: {
      references: references.embeddings.digest,
      latents: references.latents.digest,
      variations: variations.map((shard) => shard.embeddings.digest),
      galleries: galleries.map(({ name, digest, labelsDigest }) => ({
        name,
        digest,
        labelsDigest,
      })),
      ict,
      seed: recipe.seed,
    },
    compute: async () => {
      const embeddings = await getArray(store, references.embeddings);
      const measures = await measureDataset(sessions.runtime, {
        references: { latents: await getArray(store, references.latents), embeddings },
        ...(recipe.variations === null ? {} : { variations: readShards(context, variations) }),
        ict,
        embeddingDim: sessions.embeddingDim,
        seed: recipe.seed,
        signal,
      });
      const leakage: Json[] = [];
      for (const gallery of galleries) {
        const found = await measureLeakage(sessions.runtime, {
          gallery,
          recogniser: recipe.recogniser,
          samples: async function* () {
            yield embeddings;
            for (const shard of variations) yield await getArray(store, shard.embeddings);
          },
          embeddingDim: sessions.embeddingDim,
          signal,
        });
        leakage.push(placeLeakage(found, (row) => sampleOfRow(row, context), gallery.people));
      }
      const { before, after } = references;
      const metrics = metricsOf(measures, { ict, ownerOf: (identity) => ({ identity }) });
      return {
        metrics: { ...metrics, before, after, leakage },
        identities: await putArray(store, identityTable(measures), 3),
      };
    },
  });
}

/** The ICT of the recipe, radians. */
export function interClassThreshold({ recipe }: Pick<StageContext, 'recipe'>): number {
  return recipe.references.parameters.interClassThreshold;
}

/** A gallery with the names of its people, which are empty where it does not say. */
interface NamedGallery extends LeakageGallery {
  readonly people: readonly string[];
  readonly labelsDigest: string | null;
}

/** The gallery that repelled the references: what they were kept from should not be found in them. */
function recipeGalleries({ recipe, sets }: StageContext): readonly NamedGallery[] {
  const gallery = sets?.gallery ?? null;
  if (gallery === null || recipe.references.algorithm !== 'langevin') return [];
  const name = recipe.references.gallery ?? gallery.digest;
  const { digest, data: embeddings, labelsDigest, people } = gallery;
  return [
    { name, digest, embeddings, labels: people?.rows, labelsDigest, people: people?.names ?? [] },
  ];
}

/** One shard at a time is in memory. */
async function* readShards(
  { store, recipe }: StageContext,
  shards: readonly VariationShard[],
): AsyncGenerator<MeasuredShard> {
  for (const { firstIdentity, theta, embeddings, latents } of shards) {
    yield {
      firstIdentity,
      variations: variationsPerIdentity(recipe),
      theta: await getArray(store, theta),
      embeddings: await getArray(store, embeddings),
      latents: await getArray(store, latents),
    };
  }
}

/** The sample of a row: references come first, then all variations. */
function sampleOfRow(row: number, { recipe }: Pick<StageContext, 'recipe'>): LeakingSample {
  const { identities } = recipe;
  if (row < identities) return { identity: row, sample: 0 };
  const perIdentity = variationsPerIdentity(recipe);
  const variation = row - identities;
  return {
    identity: Math.floor(variation / perIdentity),
    sample: 1 + (variation % perIdentity),
  };
}

/** `[N, 3]`: nearest other identity, θ to it, largest θ of a variation to its reference (NaN without variations). */
export function identityTable({ nearest, intra }: DatasetMeasures): Float32Array {
  const table = new Float32Array(nearest.theta.length * 3);
  nearest.theta.forEach((theta, identity) => {
    table[identity * 3] = nearest.index[identity] ?? -1;
    table[identity * 3 + 1] = theta;
    table[identity * 3 + 2] = intra?.maxTheta[identity] ?? Number.NaN;
  });
  return table;
}
