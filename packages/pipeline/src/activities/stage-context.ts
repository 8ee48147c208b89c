/** @file What every stage of a run works with. */

import type { ChainSessions, Recipe, RecipeSets } from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import type { Json } from '../digest.ts';
import { PipelineError } from '../errors.ts';
import { NO_SETS, type RunSets, samplerSets } from '../load-sets.ts';
import type { RunReporter } from '../reporter.ts';
import type { ShardBoard } from '../shards/shard-board.ts';
import type { ActivityStore } from './activity.ts';
import type { CheckpointRecord } from './checkpoint.ts';

export interface StageContext {
  readonly activities: ActivityStore;
  readonly store: ObjectStore;
  readonly sessions: ChainSessions;
  readonly recipe: Recipe;
  /** The data of the sets that the recipe names. @default none */
  readonly sets?: RunSets;
  /** What the numbers depend on beside the recipe: digests of the models, the execution provider. */
  readonly plan: Json;
  readonly reporter: RunReporter;
  readonly signal: AbortSignal;
  /** Seconds from any origin; measures, and never decides what is computed. */
  readonly clock: () => number;
  /** Who computes which shard. @default this process computes them all, in order */
  readonly shards?: ShardBoard;
  /** The checkpoint of another run that the references of a branch begin with. */
  readonly start?: CheckpointRecord | null;
  /** Whether somebody wants the run to stop where it can be continued. @default never */
  readonly isPauseWanted?: () => boolean;
}

/** To be called where everything done so far is on record. @throws PipelineError PAUSED */
export function pauseWhereWanted({ isPauseWanted }: Pick<StageContext, 'isPauseWanted'>): void {
  if (isPauseWanted?.() === true) {
    throw new PipelineError('PAUSED', 'The run was paused; resume it to let it go on.');
  }
}

/** The sets as the sampler takes them. */
export function setsOf({ sets = NO_SETS }: Pick<StageContext, 'sets'>): RecipeSets {
  return samplerSets(sets);
}
