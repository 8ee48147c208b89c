/** @file The reference stage: one embedding apart from another for every identity of the budget. */

import {
  type ChainSessions,
  openPairs,
  type Recipe,
  referenceOptions,
  type ReferenceResult,
  type ReferenceStatistics,
  sampleReferences,
} from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import { type Json, toJson } from '../digest.ts';
import type { RunReporter } from '../reporter.ts';
import { activityDigest, type ActivityStore, runActivity } from './activity.ts';
import { type ArrayReference, putArray } from './arrays.ts';
import { openCheckpoints } from './checkpoint.ts';
import { closestIdentities, storePreview } from './preview.ts';

/** At most this much work is repeated after a kill, however quick the iterations. */
const CHECKPOINT_SECONDS = 2;
const PREVIEW_SECONDS = 1.5;
const NAME = 'references';
const VERSION = 1;

export interface ReferenceOutput {
  readonly [key: string]: Json;
  readonly latents: ArrayReference;
  readonly embeddings: ArrayReference;
  readonly before: SeparationStatistics;
  readonly after: SeparationStatistics;
  readonly restedAt: number | null;
}

export interface SeparationStatistics {
  readonly [key: string]: number;
  readonly thetaMin: number;
  readonly thetaMean: number;
  readonly aboveIct: number;
}

export interface StageContext {
  readonly activities: ActivityStore;
  readonly store: ObjectStore;
  readonly sessions: ChainSessions;
  readonly recipe: Recipe;
  /** What the numbers depend on beside the recipe: digests of the models, the execution provider. */
  readonly plan: Json;
  readonly reporter: RunReporter;
  readonly signal: AbortSignal;
  /** Seconds from any origin; measures, and never decides what is computed. */
  readonly clock: () => number;
}

/** Samples the references, going on from the newest checkpoint of the same inputs where there is one. */
export async function references(context: StageContext): Promise<ReferenceOutput> {
  const { recipe, plan } = context;
  const inputs: Json = {
    plan,
    references: toJson(recipe.references),
    identities: recipe.identities,
    seed: recipe.seed,
    truncation: recipe.truncation,
    batchSize: recipe.batchSize,
  };
  return runActivity(context.activities, {
    name: NAME,
    version: VERSION,
    inputs,
    compute: () => compute(context, activityDigest({ name: NAME, version: VERSION, inputs })),
  });
}

async function compute(context: StageContext, inputsDigest: string): Promise<ReferenceOutput> {
  const { store, sessions, recipe, reporter, signal, clock } = context;
  const checkpoints = openCheckpoints(store, inputsDigest, sessions);
  const resumed = await checkpoints.load();
  if (resumed !== null) {
    await reporter.log('info', `References go on from iteration ${resumed.state.iteration}.`);
  }
  const pairs = openPairs(sessions.runtime, { embeddingDim: sessions.embeddingDim });
  try {
    const sampling = sampleReferences(sessions, referenceOptions(recipe, {}), {
      signal,
      clock,
      ...(resumed === null ? {} : { resumeFrom: resumed.state }),
    });
    let before: ReferenceStatistics | null = resumed?.before ?? null;
    let shown: readonly number[] | null = null;
    let checkpointedAt = clock();
    let previewedAt = Number.NEGATIVE_INFINITY;
    let step = await sampling.next();
    while (step.done !== true) {
      const { state, statistics, completed, total, checkpoint } = step.value;
      before ??= statistics;
      await reporter.referenceIteration(statistics);
      await reporter.progress(total === 0 ? 1 : completed / total);
      if (checkpoint || clock() - checkpointedAt >= CHECKPOINT_SECONDS) {
        await checkpoints.save({ state, before });
        checkpointedAt = clock();
      }
      if (clock() - previewedAt >= PREVIEW_SECONDS || completed === total) {
        shown ??= await closestIdentities(pairs, state.embeddings);
        await reporter.preview(await storePreview(store, sessions, state, shown, signal));
        previewedAt = clock();
      }
      step = await sampling.next();
    }
    const output = await storeResult(context, step.value, before ?? step.value.before);
    await checkpoints.clear();
    return output;
  } finally {
    await pairs.close();
  }
}

async function storeResult(
  { store, sessions }: StageContext,
  result: ReferenceResult,
  before: ReferenceStatistics,
): Promise<ReferenceOutput> {
  return {
    latents: await putArray(store, result.latents, sessions.latentDim),
    embeddings: await putArray(store, result.embeddings, sessions.embeddingDim),
    before: separation(before),
    after: separation(result.after),
    restedAt: result.restedAt,
  };
}

function separation({ theta, aboveIct }: ReferenceStatistics): SeparationStatistics {
  return { thetaMin: theta.min, thetaMean: theta.mean, aboveIct };
}
