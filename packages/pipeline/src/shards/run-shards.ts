/** @file A stage in shards: this worker computes those that it gets, and waits for those that others have. */

import { setTimeout as delay } from 'node:timers/promises';

import { type ActivityOptions, activityDigest, runActivity } from '../activities/activity.ts';
import { pauseWhereWanted, type StageContext } from '../activities/stage-context.ts';
import type { Json } from '../digest.ts';
import { PipelineError } from '../errors.ts';
import { localShardBoard, type ShardedStage } from './shard-board.ts';

/** How often a worker with nothing left to take looks whether the others are done. */
const LOOK_EVERY_MS = 250;

/** Told how far the shard at hand is, 0 to 1. */
export type ShardProgress = (share: number) => Promise<void>;

/** A stage that is cut into shards; each is an activity, so that it is the same whoever computes it. */
export interface ShardPlan<Output extends Json> {
  readonly stage: ShardedStage;
  readonly count: number;
  readonly activity: (ordinal: number, progress: ShardProgress) => ActivityOptions<Output>;
}

/**
 * Sees to it that every shard is computed, by whomever, and returns the outputs in order.
 *
 * @throws PipelineError SHARD_FAILED with the sentence of a shard that another worker could not compute, PAUSED
 */
export async function runShards<Output extends Json>(
  context: StageContext,
  plan: ShardPlan<Output>,
): Promise<readonly Output[]> {
  const { activities, reporter, signal, shards: board = localShardBoard() } = context;
  const { stage, count } = plan;
  const ordinals = Array.from({ length: count }, (_, ordinal) => ordinal);
  const quiet: ShardProgress = async () => undefined;
  const digests = ordinals.map((ordinal) => activityDigest(plan.activity(ordinal, quiet)));
  const done = await activities.findActivities(digests);
  const missing = ordinals.filter((ordinal) => !done.has(digests[ordinal] ?? ''));
  if (missing.length > 0) await board.open(stage, missing);

  let computed = 0;
  let open = missing.length;
  while (open > 0) {
    signal.throwIfAborted();
    pauseWhereWanted(context);
    const ordinal = await board.claim(stage);
    if (ordinal !== null) {
      await computeShard(ordinal);
      computed += 1;
    }
    const state = await board.read(stage);
    if (state.failure !== null) throw new PipelineError('SHARD_FAILED', state.failure);
    open = state.open;
    await reporter.progress((count - open) / count);
    if (ordinal === null && open > 0) await delay(LOOK_EVERY_MS, undefined, { signal });
  }
  if (missing.length > computed) {
    const others = missing.length - computed;
    await reporter.log('info', `${others} of ${count} shards were computed by other workers.`);
  }
  return collect();

  async function computeShard(ordinal: number): Promise<void> {
    const finished = count - open;
    try {
      await runActivity(
        activities,
        plan.activity(ordinal, (share) => reporter.progress((finished + share) / count)),
      );
    } catch (error) {
      await board.release(stage, ordinal);
      throw error;
    }
    await board.finish(stage, ordinal);
  }

  async function collect(): Promise<readonly Output[]> {
    const found = await activities.findActivities(digests);
    const outputs: Output[] = [];
    for (const ordinal of ordinals) {
      const output = found.get(digests[ordinal] ?? '');
      // What is off the board is on record; should somebody have deleted it, it is computed again.
      outputs.push(
        output === undefined
          ? await runActivity(activities, plan.activity(ordinal, quiet))
          : (output as Output),
      );
    }
    return outputs;
  }
}
