/** @file The measure stage: how far apart the identities are, and how close each one's pictures. */

import {
  type DatasetMeasures,
  measure as measureDataset,
  variationsPerIdentity,
} from '@colloid/sampler';

import { type Json, toJson } from '../digest.ts';
import { runActivity } from './activity.ts';
import { type ArrayReference, getArray, putArray } from './arrays.ts';
import type { ReferenceOutput } from './references.ts';
import type { StageContext } from './stage-context.ts';
import type { VariationShard } from './variations.ts';

/** Figures of a dataset version, as `DatasetVersion.metrics` keeps them. Angles in radians. */
export interface VersionMetrics {
  readonly [key: string]: Json;
  readonly ict: number;
  readonly theta: { readonly min: number; readonly mean: number; readonly max: number };
  readonly aboveIct: number;
  readonly intraBelowInter: number | null;
}

export interface MeasureOutput {
  readonly [key: string]: Json;
  readonly metrics: VersionMetrics;
  /** `[N, 3]`: nearest other identity, θ to it, largest θ of a variation to its reference (NaN without variations). */
  readonly identities: ArrayReference;
}

/** Measures references and variations; `before` is the random draw the references began with. */
export async function measure(
  context: StageContext,
  references: ReferenceOutput,
  variations: readonly VariationShard[],
): Promise<MeasureOutput> {
  const ict = interClassThreshold(context);
  return runActivity(context.activities, {
    name: 'measure',
    version: 1,
    inputs: {
      references: references.embeddings.digest,
      variations: variations.map((shard) => shard.embeddings.digest),
      ict,
    },
    compute: async () => {
      const { store, sessions } = context;
      const measures = await measureDataset(sessions.runtime, {
        references: {
          latents: await getArray(store, references.latents),
          embeddings: await getArray(store, references.embeddings),
        },
        ...(await variationArrays(context, variations)),
        ict,
        embeddingDim: sessions.embeddingDim,
      });
      return {
        metrics: metricsOf(measures, references, ict),
        identities: await putArray(store, identityTable(measures), 3),
      };
    },
  });
}

/** The ICT of the recipe, radians. */
export function interClassThreshold({ recipe }: Pick<StageContext, 'recipe'>): number {
  return recipe.references.parameters.interClassThreshold;
}

async function variationArrays(
  { store, recipe, sessions }: StageContext,
  shards: readonly VariationShard[],
): Promise<{ variations?: { variations: number; embeddings: Float32Array; theta: Float32Array } }> {
  if (recipe.variations === null) return {};
  const perIdentity = variationsPerIdentity(recipe);
  const embeddings = new Float32Array(recipe.identities * perIdentity * sessions.embeddingDim);
  const theta = new Float32Array(recipe.identities * perIdentity);
  for (const shard of shards) {
    const first = shard.firstIdentity * perIdentity;
    embeddings.set(await getArray(store, shard.embeddings), first * sessions.embeddingDim);
    theta.set(await getArray(store, shard.theta), first);
  }
  return { variations: { variations: perIdentity, embeddings, theta } };
}

function metricsOf(
  measures: DatasetMeasures,
  { before, after }: ReferenceOutput,
  ict: number,
): VersionMetrics {
  const { nearest: _nearest, intra, ...rest } = measures;
  const json = toJson(rest) as Record<string, Json>;
  return {
    ...json,
    ict,
    theta: measures.theta,
    aboveIct: measures.aboveIct,
    intraBelowInter: measures.intraBelowInter,
    intra: intra === null ? null : { mean: intra.mean, max: intra.max },
    before,
    after,
  };
}

function identityTable({ nearest, intra }: DatasetMeasures): Float32Array {
  const table = new Float32Array(nearest.theta.length * 3);
  nearest.theta.forEach((theta, identity) => {
    table[identity * 3] = nearest.index[identity] ?? -1;
    table[identity * 3 + 1] = theta;
    table[identity * 3 + 2] = intra?.maxTheta[identity] ?? Number.NaN;
  });
  return table;
}
