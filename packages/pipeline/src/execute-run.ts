/** @file One run from queue to version: every step can be repeated, so a run killed anywhere goes on anywhere. */

import { isCatalogError, type Catalog, type RunForExecution } from '@colloid/catalog';
import {
  buildChain,
  GraphCache,
  isSamplerError,
  openChain,
  parseRecipe,
  type Recipe,
  type Runtime,
  variationsPerIdentity,
} from '@colloid/sampler';
import { isStorageError, type ObjectStore } from '@colloid/storage';

import { catalogReporter } from './catalog-reporter.ts';
import { commit } from './commit.ts';
import { describeFallback } from './describe-fallback.ts';
import { isPipelineError } from './errors.ts';
import { loadModels } from './load-models.ts';
import { limitRuntime, type RunLimits } from './run-limits.ts';
import { runStages } from './run-stages.ts';

export interface ExecuteRunOptions {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly limits?: RunLimits;
  readonly runId: string;
  /** What to call this machine on the run's page. */
  readonly machine: string;
  /** Aborted when the worker stops or has lost the run; the run then goes on elsewhere. */
  readonly signal: AbortSignal;
  /** Seconds from any origin. */
  readonly clock: () => number;
}

/** A worker meets the same pair again and again; its gradient graphs are built once. */
const GRAPHS = new GraphCache();

/** How {@link executeRun} left the run. OVER_LIMIT: it failed, and what it was at goes on in this process, which should end. */
export type RunEnding = 'SUCCEEDED' | 'FAILED' | 'OVER_LIMIT' | 'CANCELLED' | 'NOTHING_TO_DO';

/**
 * Executes or continues a run. A fault of the run itself (a model that does not fit, a recipe that saturates) ends it as
 * FAILED with its sentence; a fault of the surroundings (database, object store, the worker being stopped) is thrown, so
 * that the queue gives the run to another worker, and nothing that was committed is lost.
 */
export async function executeRun(options: ExecuteRunOptions): Promise<RunEnding> {
  const { catalog, runId, runtime, machine } = options;
  const run = await catalog.execution.beginRun({ runId, provider: runtime.provider, machine });
  if (run === null) return 'NOTHING_TO_DO';
  const cancel = new AbortController();
  using limited = limitRuntime(runtime, options.limits);
  const work = computeAndCommit({ ...options, runtime: limited.runtime }, run, cancel);
  // Left behind where a limit is exceeded; its own end is then no news.
  work.catch(() => undefined);
  try {
    await Promise.race([work, limited.exceeded]);
    return 'SUCCEEDED';
  } catch (error) {
    if (cancel.signal.aborted) {
      await catalog.execution.finishRun({ runId, state: 'CANCELLED' });
      return 'CANCELLED';
    }
    if (options.signal.aborted || !isFaultOfTheRun(error)) throw error;
    await catalog.execution.appendLog({ runId, level: 'error', message: error.message });
    await catalog.execution.finishRun({ runId, state: 'FAILED', failure: error.message });
    return isPipelineError(error) && error.code === 'RUN_LIMIT' ? 'OVER_LIMIT' : 'FAILED';
  }
}

async function computeAndCommit(
  options: ExecuteRunOptions,
  run: RunForExecution,
  cancel: AbortController,
): Promise<void> {
  const { catalog, store, runtime, runId, clock } = options;
  const recipe = parseRecipe(run.recipe.definition);
  const reporter = catalogReporter({
    catalog,
    runId,
    recipe,
    clock,
    onCancel: (reason) => cancel.abort(reason),
  });
  const signal = AbortSignal.any([options.signal, cancel.signal]);

  await reporter.startStage('PREPARE');
  const { generator, recogniser } = await loadModels(store, run.recipe);
  const chain = buildChain({ generator, recogniser }, { cache: GRAPHS });
  const sessions = await openChain(runtime, chain, {
    batchSize: recipe.batchSize,
    signal,
    onFallback: (graph, operators) =>
      reporter.log('warn', describeFallback(runtime.provider, graph, operators)),
  });
  try {
    await reporter.log('info', describeStart(recipe, runtime, options.machine));
    const output = await runStages({
      activities: activitiesOf(catalog),
      store,
      sessions,
      recipe,
      plan: {
        generator: generator.digest,
        recogniser: recogniser.digest,
        provider: runtime.provider,
      },
      reporter,
      signal,
      clock,
    });
    await reporter.startStage('COMMIT');
    await reporter.close();
    await commit({ catalog, store, runId, output });
  } finally {
    await sessions.close();
  }
}

function activitiesOf(catalog: Catalog): Parameters<typeof runStages>[0]['activities'] {
  return {
    findActivity: async (digest) => (await catalog.activities.findActivity(digest))?.output ?? null,
    recordActivity: async (activity) => {
      await catalog.activities.recordActivity({
        ...activity,
        output: JSON.parse(JSON.stringify(activity.output)) as Record<string, never>,
      });
    },
  };
}

/** Whether trying again elsewhere would end the same way. */
function isFaultOfTheRun(error: unknown): error is Error {
  if (isSamplerError(error)) return true;
  if (isPipelineError(error)) return error.code !== 'QUEUE_UNREACHABLE';
  if (isStorageError(error)) return error.code === 'CORRUPT' || error.code === 'NO_SPACE';
  if (isCatalogError(error)) return error.code === 'INVALID' || error.code === 'BUDGET_EXCEEDED';
  return false;
}

function describeStart(recipe: Recipe, runtime: Runtime, machine: string): string {
  const variations = variationsPerIdentity(recipe);
  return `${recipe.identities} identities with ${variations} variations each, ${recipe.references.algorithm}, on ${machine} (${runtime.provider}, ${runtime.threads} threads).`;
}
