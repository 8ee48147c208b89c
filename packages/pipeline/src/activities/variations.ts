/** @file The variation stage: the pictures of each identity, shard by shard, each shard on its own. */

import {
  sampleVariations,
  variationGroup,
  variationOptions,
  variationsPerIdentity,
} from '@colloid/sampler';

import { type Json, toJson } from '../digest.ts';
import { runActivity } from './activity.ts';
import { type ArrayReference, getArray, putArray } from './arrays.ts';
import type { ReferenceOutput, StageContext } from './references.ts';

/** A shard is the most that is repeated after a kill; it holds at least this many identities. */
const LEAST_IDENTITIES_PER_SHARD = 16;

export interface VariationShard {
  readonly [key: string]: Json;
  readonly firstIdentity: number;
  readonly identities: number;
  /** `[identities · A, D]`, identity-major. */
  readonly latents: ArrayReference;
  /** `[identities · A, E]`, unit length. */
  readonly embeddings: ArrayReference;
  /** `[identities · A, 1]`: θ to the identity's reference, radians. */
  readonly theta: ArrayReference;
  readonly statistics: readonly Json[];
}

/** Samples the variations of every identity; empty where the recipe asks for none. */
export async function variations(
  context: StageContext,
  references: ReferenceOutput,
): Promise<readonly VariationShard[]> {
  const { recipe, reporter, sessions, store } = context;
  if (recipe.variations === null) return [];
  const latents = await getArray(store, references.latents);
  const embeddings = await getArray(store, references.embeddings);
  const perShard = identitiesPerShard(recipe.batchSize, variationsPerIdentity(recipe));
  const shards: VariationShard[] = [];
  for (let first = 0; first < recipe.identities; first += perShard) {
    const count = Math.min(perShard, recipe.identities - first);
    const shard = await runActivity(context.activities, {
      name: 'variations',
      version: 1,
      inputs: {
        plan: context.plan,
        references: references.latents.digest,
        variations: toJson(recipe.variations),
        seed: recipe.seed,
        truncation: recipe.truncation,
        batchSize: recipe.batchSize,
        first,
        count,
      },
      compute: () =>
        computeShard(context, {
          first,
          latents: latents.subarray(
            first * sessions.latentDim,
            (first + count) * sessions.latentDim,
          ),
          embeddings: embeddings.subarray(
            first * sessions.embeddingDim,
            (first + count) * sessions.embeddingDim,
          ),
        }),
    });
    shards.push(shard);
    await reporter.progress((first + count) / recipe.identities);
  }
  return shards;
}

/** A whole number of groups, since a group is what one batch computes together. */
function identitiesPerShard(batchSize: number, perIdentity: number): number {
  const group = variationGroup(batchSize, perIdentity);
  return group * Math.ceil(LEAST_IDENTITIES_PER_SHARD / group);
}

async function computeShard(
  { recipe, sessions, store, signal, clock, reporter }: StageContext,
  slice: {
    readonly first: number;
    readonly latents: Float32Array;
    readonly embeddings: Float32Array;
  },
): Promise<VariationShard> {
  const identities = slice.latents.length / sessions.latentDim;
  const sampling = sampleVariations(
    sessions,
    {
      ...variationOptions(recipe, { latents: slice.latents, embeddings: slice.embeddings }, {}),
      firstIdentity: slice.first,
    },
    { signal, clock },
  );
  let step = await sampling.next();
  while (step.done !== true) {
    await reporter.progress((slice.first + step.value.fraction * identities) / recipe.identities);
    step = await sampling.next();
  }
  const { value } = step;
  return {
    firstIdentity: slice.first,
    identities,
    latents: await putArray(store, value.latents, sessions.latentDim),
    embeddings: await putArray(store, value.embeddings, sessions.embeddingDim),
    theta: await putArray(store, value.theta, 1),
    statistics: value.statistics.map(toJson),
  };
}
