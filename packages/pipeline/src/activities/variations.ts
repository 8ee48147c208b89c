/** @file The variation stage: the pictures of each identity, shard by shard, each shard on its own. */

import {
  sampleVariations,
  variationGroup,
  variationOptions,
  variationsPerIdentity,
} from '@colloid/sampler';

import { type Json, toJson } from '../digest.ts';
import { runShards, type ShardPlan, type ShardProgress } from '../shards/run-shards.ts';
import { type ArrayReference, getRows, putArray } from './arrays.ts';
import type { ReferenceOutput } from './references.ts';
import { setsOf, type StageContext } from './stage-context.ts';

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
  /** What each of the A variations of an identity shows; null where they are not made to show anything. */
  readonly labels: readonly string[] | null;
  /** `[identities · A, K]`: how far along each direction; null without covariates. */
  readonly weights: {
    readonly directions: readonly string[];
    readonly values: ArrayReference;
  } | null;
}

/** Identities `first` to `first + count`. */
export interface IdentityRange {
  readonly first: number;
  readonly count: number;
}

/** Samples the variations of every identity; empty where the recipe asks for none. */
export async function variations(
  context: StageContext,
  references: ReferenceOutput,
): Promise<readonly VariationShard[]> {
  return runShards(context, variationPlan(context, references));
}

/** The shards of the stage. The cut follows from the recipe alone, never from how many workers there are. */
export function variationPlan(
  context: StageContext,
  references: ReferenceOutput,
): ShardPlan<VariationShard> & { readonly ranges: readonly IdentityRange[] } {
  const { recipe, plan, sets } = context;
  const ranges = variationRanges(context);
  return {
    stage: 'VARIATIONS',
    count: ranges.length,
    ranges,
    activity: (ordinal, progress) => {
      const range = ranges[ordinal] ?? { first: 0, count: 0 };
      return {
        name: 'variations',
        version: 2,
        inputs: {
          plan,
          references: references.latents.digest,
          variations: toJson(recipe.variations ?? {}),
          covariates: sets?.covariates?.digest ?? null,
          seed: recipe.seed,
          truncation: recipe.truncation,
          batchSize: recipe.batchSize,
          ...range,
        },
        compute: () => computeShard(context, { references, range, progress }),
      };
    },
  };
}

function variationRanges({ recipe }: StageContext): readonly IdentityRange[] {
  if (recipe.variations === null) return [];
  // A whole number of groups, since a group is what one batch computes together.
  const group = variationGroup(recipe.batchSize, variationsPerIdentity(recipe));
  const perShard = group * Math.ceil(LEAST_IDENTITIES_PER_SHARD / group);
  return Array.from({ length: Math.ceil(recipe.identities / perShard) }, (_, shard) => ({
    first: shard * perShard,
    count: Math.min(perShard, recipe.identities - shard * perShard),
  }));
}

async function computeShard(
  context: StageContext,
  shard: {
    readonly references: ReferenceOutput;
    readonly range: IdentityRange;
    readonly progress: ShardProgress;
  },
): Promise<VariationShard> {
  const { recipe, sessions, store, signal, clock } = context;
  const { references, range, progress } = shard;
  const slice = {
    latents: await getRows(store, references.latents, range),
    embeddings: await getRows(store, references.embeddings, range),
  };
  const sampling = sampleVariations(
    sessions,
    { ...variationOptions(recipe, slice, setsOf(context)), firstIdentity: range.first },
    { signal, clock },
  );
  let step = await sampling.next();
  while (step.done !== true) {
    await progress(step.value.fraction);
    step = await sampling.next();
  }
  const { value } = step;
  return {
    firstIdentity: range.first,
    identities: range.count,
    latents: await putArray(store, value.latents, sessions.latentDim),
    embeddings: await putArray(store, value.embeddings, sessions.embeddingDim),
    theta: await putArray(store, value.theta, 1),
    statistics: value.statistics.map(toJson),
    labels: value.labels,
    weights:
      value.weights === null
        ? null
        : {
            directions: value.weights.directions,
            values: await putArray(store, value.weights.values, value.weights.directions.length),
          },
  };
}
