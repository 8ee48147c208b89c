/** @file A worker without a run of its own takes shards of runs that others have. */

import { setTimeout as delay } from 'node:timers/promises';

import type { Catalog, ShardName } from '@colloid/catalog';
import type { ObjectStore } from '@colloid/storage';

import { activityDigest, runActivity } from '../activities/activity.ts';
import { overlaps } from '../activities/layout.ts';
import { referenceActivity, type ReferenceOutput } from '../activities/references.ts';
import { renderPlan, renderRanges } from '../activities/render.ts';
import type { StageContext } from '../activities/stage-context.ts';
import { variationPlan, type VariationShard } from '../activities/variations.ts';
import type { ComputeHost } from '../compute-host.ts';
import { isPipelineError, PipelineError } from '../errors.ts';
import { isFaultOfTheRun } from '../faults.ts';
import { openRun } from '../open-run.ts';
import type { RunReporter } from '../reporter.ts';
import { holdClaim } from './catalog-shard-board.ts';

/** How often an idle worker looks for shards. */
const LOOK_EVERY_MS = 500;
/** How long one waits that could not reach what it needs; others may. */
const AFTER_FAULT_MS = 15_000;

export interface HelpOptions {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly host: ComputeHost;
  /** A UUID of this process. */
  readonly workerId: string;
  /** Runs one thing of this process at a time; a run of its own and shards of others wait for each other. */
  readonly alone: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Seconds from any origin. */
  readonly clock: () => number;
  /** Told of faults that are not the run's; the shard then goes to somebody else. */
  readonly onFault: (error: unknown) => void;
  /** Told of every shard that was computed here. */
  readonly onShard?: (shard: ShardName) => void;
  readonly signal: AbortSignal;
}

/** What came of one look: a shard was dealt with, there was none, or this worker could not do it. */
type Look = 'SHARD' | 'NONE' | 'FAULT';

/**
 * Helps until the signal is aborted.
 *
 * @throws PipelineError RUN_LIMIT where a shard exceeded a limit: what it was at goes on, so the process should end.
 */
export async function helpWithShards(options: HelpOptions): Promise<void> {
  const { signal, alone } = options;
  const waits: Record<Look, number> = { SHARD: 0, NONE: LOOK_EVERY_MS, FAULT: AFTER_FAULT_MS };
  while (!signal.aborted) {
    const look = await alone<Look>(async () => (signal.aborted ? 'NONE' : lookOnce(options)));
    // Aborted while waiting: the loop sees that by itself.
    if (waits[look] > 0) await delay(waits[look], undefined, { signal }).catch(() => undefined);
  }
}

async function lookOnce(options: HelpOptions): Promise<Look> {
  const { catalog, host, workerId, onFault } = options;
  try {
    const { provider } = host.runtime;
    const { weightMemoryMb } = host;
    // A run that was begun with more room for weights than this worker gives is left to those that have it.
    const shard = await catalog.shards.claimShard({
      workerId,
      provider,
      ...(provider === 'cpu' && { weightMemoryMb }),
    });
    return shard === null ? 'NONE' : await compute(options, shard);
  } catch (error) {
    if (isPipelineError(error, 'RUN_LIMIT')) throw error;
    onFault(error);
    return 'FAULT';
  }
}

async function compute(options: HelpOptions, shard: ShardName): Promise<Look> {
  const { catalog, host, workerId, onShard } = options;
  const lost = new AbortController();
  using _claim = holdClaim({
    catalog,
    workerId,
    shard,
    onLost: () => lost.abort(new PipelineError('RUN_LOST', 'Nobody needs the shard any more.')),
  });
  const signal = AbortSignal.any([options.signal, lost.signal]);
  const work = computeShard({ ...options, signal }, shard);
  // Left behind where a limit is exceeded; its own end is then no news.
  work.catch(() => undefined);
  try {
    if (!(await Promise.race([work, host.exceeded]))) {
      await catalog.shards.releaseShard({ ...shard, workerId });
      return 'NONE';
    }
    await catalog.shards.finishShard(shard);
    onShard?.(shard);
    return 'SHARD';
  } catch (error) {
    if (!signal.aborted && isFaultOfTheRun(error)) {
      await catalog.shards.failShard({ ...shard, failure: error.message });
      if (isPipelineError(error, 'RUN_LIMIT')) throw error;
      return 'SHARD';
    }
    await catalog.shards.releaseShard({ ...shard, workerId });
    if (lost.signal.aborted || options.signal.aborted) return 'SHARD';
    throw error;
  }
}

/** Computes and records one shard; false where the run is not so far, by what is on record. */
async function computeShard(options: HelpOptions, shard: ShardName): Promise<boolean> {
  const { catalog, signal, clock } = options;
  const run = await catalog.execution.loadRun(shard.runId);
  // An import has no shards to share.
  if (run === null || run.recipe === null) return true;
  const log: RunReporter['log'] = async (level, message) => {
    await catalog.execution.appendLog({ runId: shard.runId, level, message });
  };
  await using opened = await openRun({ ...options, run, log });
  const context: StageContext = { ...opened.context, reporter: quietReporter(log), signal, clock };
  const references = (await context.activities.findActivity(
    activityDigest(referenceActivity(context)),
  )) as ReferenceOutput | null;
  if (references === null) return false;

  const variations = variationPlan(context, references);
  const quiet = async (): Promise<void> => undefined;
  if (shard.stage === 'VARIATIONS') {
    await runActivity(context.activities, variations.activity(shard.ordinal, quiet));
    return true;
  }
  const range = renderRanges(context)[shard.ordinal];
  if (range === undefined) return true;
  const digests = variations.ranges
    .map((part, ordinal) => ({ firstIdentity: part.first, identities: part.count, ordinal }))
    .filter((part) => overlaps(part, range))
    .map(({ ordinal }) => activityDigest(variations.activity(ordinal, quiet)));
  const parts = await context.activities.findActivities(digests);
  if (parts.size < digests.length) return false;
  const inOrder = digests.map((digest) => parts.get(digest) as VariationShard);
  const { activity } = renderPlan(context, references, inOrder);
  await runActivity(context.activities, activity(shard.ordinal, quiet));
  return true;
}

/** Progress is told by whoever has the run. */
function quietReporter(log: RunReporter['log']): RunReporter {
  const nothing = async (): Promise<void> => undefined;
  return {
    startStage: nothing,
    progress: nothing,
    referenceIteration: nothing,
    variationIterations: nothing,
    preview: nothing,
    checkpoint: nothing,
    partial: nothing,
    log,
  };
}
