/** @file One run from queue to version: every step can be repeated, so a run killed anywhere goes on anywhere. */

import {
  isCatalogError,
  type Catalog,
  type ImportRun,
  type RunForExecution,
  type SamplingRun,
} from '@colloid/catalog';
import { parseRecipe, type Recipe, type Runtime, variationsPerIdentity } from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import { type CatalogReporter, catalogReporter } from './catalog-reporter.ts';
import { commit } from './commit.ts';
import type { ComputeHost } from './compute-host.ts';
import { isPipelineError } from './errors.ts';
import { isFaultOfTheRun } from './faults.ts';
import { importImages } from './imports/import-images.ts';
import { openRun } from './open-run.ts';
import { importProgress, runProgress } from './progress.ts';
import { runStages } from './run-stages.ts';
import { type RunWishes, watchWishes } from './run-wishes.ts';
import { catalogShardBoard } from './shards/catalog-shard-board.ts';

export interface ExecuteRunOptions {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  /** What this process computes with; see `openComputeHost`. */
  readonly host: ComputeHost;
  readonly runId: string;
  /** The job by which this worker has the run, so that no other job can take it. @default none */
  readonly jobId?: string | null;
  /** A UUID of this process. */
  readonly workerId: string;
  /** What to call this machine on the run's page. */
  readonly machine: string;
  /** Aborted when the worker stops or has lost the run; the run then goes on elsewhere. */
  readonly signal: AbortSignal;
  /** Seconds from any origin. */
  readonly clock: () => number;
}

/** How {@link executeRun} left the run. OVER_LIMIT: it failed, and what it was at goes on in this process, which should end. */
export type RunEnding =
  'SUCCEEDED' | 'FAILED' | 'OVER_LIMIT' | 'CANCELLED' | 'PAUSED' | 'NOTHING_TO_DO';

/**
 * Executes or continues a run. A fault of the run itself (a model that does not fit, a recipe that saturates) ends it as
 * FAILED with its sentence; a fault of the surroundings (database, object store, the worker being stopped) is thrown, so
 * that the queue gives the run to another worker, and nothing that was committed is lost.
 */
export async function executeRun(options: ExecuteRunOptions): Promise<RunEnding> {
  let ending = await executeOnce(options);
  // A pause that was taken back just when it came into effect.
  while (ending === 'TAKEN_BACK') ending = await executeOnce(options);
  return ending;
}

async function executeOnce(options: ExecuteRunOptions): Promise<RunEnding | 'TAKEN_BACK'> {
  const { catalog, runId, host, machine, jobId = null } = options;
  // The job may have waited here until the worker was told to stop, or until another one had it: the run's row is not this worker's then.
  options.signal.throwIfAborted();
  const { provider } = host.runtime;
  const { weightMemoryMb } = host;
  const run = await catalog.execution.beginRun({ runId, provider, machine, jobId, weightMemoryMb });
  if (run === null) return 'NOTHING_TO_DO';
  using wishes = watchWishes({ catalog, runId, jobId });
  const reporters: CatalogReporter[] = [];
  const work = computeAndCommit(options, { run, wishes, onReporter: (r) => reporters.push(r) });
  // Left behind where a limit is exceeded; its own end is then no news.
  work.catch(() => undefined);
  try {
    await Promise.race([work, host.exceeded]);
    return 'SUCCEEDED';
  } catch (error) {
    if (isPipelineError(wishes.signal.reason, 'RUN_LOST')) return 'NOTHING_TO_DO';
    const wasCancelled = wishes.signal.aborted;
    const isPaused = isPipelineError(error, 'PAUSED');
    if (!wasCancelled && !isPaused && (options.signal.aborted || !isFaultOfTheRun(error))) {
      throw error;
    }
    for (const reporter of reporters) await closeReporter(reporter);
    if (wasCancelled) {
      await catalog.execution.finishRun({ runId, state: 'CANCELLED' });
      return 'CANCELLED';
    }
    if (isPaused) return (await catalog.execution.pauseRun(runId)) ? 'PAUSED' : 'TAKEN_BACK';
    const failure = error instanceof Error ? error.message : String(error);
    await catalog.execution.appendLog({ runId, level: 'error', message: failure });
    await catalog.execution.finishRun({ runId, state: 'FAILED', failure });
    return isPipelineError(error, 'RUN_LIMIT') ? 'OVER_LIMIT' : 'FAILED';
  }
}

/** Writes what the reporter still holds, and the time of the stage that was left. */
async function closeReporter(reporter: CatalogReporter): Promise<void> {
  await reporter.close().catch((error: unknown) => {
    // The run has ended meanwhile: its rows stay as they are.
    if (!isCatalogError(error, 'CONFLICT') && !isCatalogError(error, 'NOT_FOUND')) throw error;
  });
}

/** What {@link executeRun} has at hand while a run goes on. */
interface AtHand<AnyRun> {
  readonly run: AnyRun;
  readonly wishes: RunWishes;
  readonly onReporter: (reporter: CatalogReporter) => void;
}

async function computeAndCommit(
  options: ExecuteRunOptions,
  { run, ...at }: AtHand<RunForExecution>,
): Promise<void> {
  await (run.recipe === null
    ? readAndCommit(options, { ...at, run })
    : sampleAndCommit(options, { ...at, run }));
}

async function readAndCommit(
  options: ExecuteRunOptions,
  { run, wishes, onReporter }: AtHand<ImportRun>,
): Promise<void> {
  const { catalog, store, host, runId, clock, machine } = options;
  const reporter = catalogReporter({ catalog, runId, estimate: importProgress(), clock });
  onReporter(reporter);
  await importImages({
    catalog,
    store,
    host,
    run,
    reporter,
    machine,
    signal: AbortSignal.any([options.signal, wishes.signal]),
    isPauseWanted: wishes.isPauseWanted,
  });
}

async function sampleAndCommit(
  options: ExecuteRunOptions,
  { run, wishes, onReporter }: AtHand<SamplingRun>,
): Promise<void> {
  const { catalog, store, host, runId, workerId, clock } = options;
  const recipe = parseRecipe(run.recipe.definition);
  const reporter = catalogReporter({ catalog, runId, estimate: runProgress(recipe), clock });
  onReporter(reporter);
  const signal = AbortSignal.any([options.signal, wishes.signal]);

  await reporter.startStage('PREPARE');
  await using opened = await openRun({
    catalog,
    store,
    host,
    run,
    signal,
    log: (level, message) => reporter.log(level, message),
  });
  await reporter.log('info', describeStart(recipe, host.runtime, options.machine));
  if (host.runtime.provider === 'cpu' && run.weightMemoryMb !== host.weightMemoryMb)
    await reporter.log('info', describeWeightMemory(run.weightMemoryMb, host.weightMemoryMb));
  const output = await runStages({
    ...opened.context,
    reporter,
    signal,
    clock,
    shards: catalogShardBoard({ catalog, runId, workerId }),
    isPauseWanted: wishes.isPauseWanted,
  });
  await reporter.startStage('COMMIT');
  await reporter.close();
  await commit({ catalog, store, runId, output });
}

function describeStart(recipe: Recipe, runtime: Runtime, machine: string): string {
  const variations = variationsPerIdentity(recipe);
  return `${recipe.identities} identities with ${variations} variations each, ${recipe.references.algorithm}, on ${machine} (${runtime.provider}, ${recipe.precision}, ${runtime.threads} threads).`;
}

function describeWeightMemory(began: number | null, here: number): string {
  return `It goes on with ${began} MB for faster forms of convolutions, as it began, where COLLOID_WEIGHT_MEMORY_MB here is ${here}: its numbers would be rounded otherwise.`;
}
