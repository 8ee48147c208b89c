/** @file A run as a worker computes it: its recipe, its models, and what its activities depend on. */

import type { Catalog, SamplingRun } from '@colloid/catalog';
import { parseRecipe } from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import { catalogActivities } from './activities/catalog-activities.ts';
import type { CheckpointRecord } from './activities/checkpoint.ts';
import type { StageContext } from './activities/stage-context.ts';
import type { ComputeHost } from './compute-host.ts';
import { describeFallback } from './describe-fallback.ts';
import { PipelineError } from './errors.ts';
import { computePlan, WEIGHT_MEMORY_MB } from './compute-plan.ts';
import { loadSets } from './load-sets.ts';
import type { RunReporter } from './reporter.ts';

/** The part of a stage's context that is the same for every worker at the run, so that all name activities alike. */
export interface OpenRun extends AsyncDisposable {
  readonly context: Pick<
    StageContext,
    'activities' | 'store' | 'sessions' | 'recipe' | 'sets' | 'plan' | 'start'
  >;
}

/**
 * Loads what a run computes with; dispose it to give its models back to the host.
 *
 * @throws RecipeError, PipelineError MODEL_FILE_MISSING, CHECKPOINT_MISSING and what opening a chain throws
 */
export async function openRun(options: {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly host: ComputeHost;
  readonly run: SamplingRun;
  readonly signal: AbortSignal;
  readonly log: RunReporter['log'];
}): Promise<OpenRun> {
  const { catalog, store, host, run, signal, log } = options;
  const recipe = parseRecipe(run.recipe.definition);
  const start = await branchStart(catalog, run);
  const weightMemoryMb = run.weightMemoryMb ?? WEIGHT_MEMORY_MB;
  const chain = await host.chain({
    recipe: run.recipe,
    wanted: recipe,
    weightMemoryMb,
    signal,
    onFallback: async (graph, operators) =>
      log('warn', describeFallback(host.runtime.provider, graph, operators)),
  });
  const sets = await loadSets(store, run.recipe, chain).catch(async (error: unknown) => {
    await chain[Symbol.asyncDispose]();
    throw error;
  });
  return {
    context: {
      activities: catalogActivities(catalog.activities),
      store,
      sessions: chain.sessions,
      recipe,
      sets,
      plan: computePlan(chain, { provider: host.runtime.provider, recipe, weightMemoryMb }),
      start,
    },
    [Symbol.asyncDispose]: () => chain[Symbol.asyncDispose](),
  };
}

async function branchStart(catalog: Catalog, run: SamplingRun): Promise<CheckpointRecord | null> {
  const { branchedFromId: runId, branchedFromIteration: iteration } = run;
  if (runId === null || iteration === null) return null;
  const checkpoint = await catalog.execution.findCheckpoint({ runId, iteration });
  if (checkpoint !== null) return checkpoint.record as unknown as CheckpointRecord;
  throw new PipelineError(
    'CHECKPOINT_MISSING',
    `The checkpoint of iteration ${iteration} that this branch begins with is gone; branch from another one.`,
  );
}
