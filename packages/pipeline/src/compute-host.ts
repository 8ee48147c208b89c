/** @file What a process computes runs with: a watched runtime, and the chains of models that it keeps open between jobs. */

import type { RecipeForExecution } from '@colloid/catalog';
import {
  type ChainSessions,
  type GeneratorModel,
  GraphCache,
  openRecipeChain,
  type OperatorFallback,
  type Recipe,
  type RecogniserModel,
  type Runtime,
} from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import { WEIGHT_MEMORY_MB } from './compute-plan.ts';
import { loadModels } from './load-models.ts';
import { limitRuntime, type RunLimits } from './run-limits.ts';

export interface ComputeHostOptions {
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly limits?: RunLimits;
  /** Chains that stay open while nobody uses them; each holds its models and gradient graphs in memory. @default 1 */
  readonly keepChains?: number;
  /** Gradient graphs that were built before. @default one of this process, in memory */
  readonly graphs?: GraphCache;
  /** Megabytes that faster forms of convolutions may add to the weights on a CPU, of runs that begin here. @default WEIGHT_MEMORY_MB */
  readonly weightMemoryMb?: number;
}

/** A chain for the time of one job. */
export interface HeldChain extends AsyncDisposable {
  readonly generator: GeneratorModel;
  readonly recogniser: RecogniserModel;
  readonly sessions: ChainSessions;
}

export interface ChainRequest {
  readonly recipe: RecipeForExecution;
  readonly wanted: Pick<Recipe, 'batchSize' | 'precision'>;
  /** Megabytes that faster forms of convolutions may add to the weights on a CPU, as the run began. */
  readonly weightMemoryMb: number;
  readonly signal: AbortSignal;
  /** Told of operators that the provider lacks, each time a graph is loaded for this job. */
  readonly onFallback: (graph: string, operators: readonly OperatorFallback[]) => Promise<void>;
}

/** See {@link openComputeHost}. */
export interface ComputeHost {
  readonly runtime: Runtime;
  /** What runs that begin here take; one that began elsewhere keeps its own. */
  readonly weightMemoryMb: number;
  /** Rejects when a job exceeds a limit; the process is then to end, see `limitRuntime`. */
  readonly exceeded: Promise<never>;
  /** The chain of a recipe's models: the one that is open, or a new one. Dispose what is returned. */
  chain(request: ChainRequest): Promise<HeldChain>;
  /** Closes the chains that are not in use. The runtime stays open. */
  close(): Promise<void>;
}

interface Entry {
  readonly key: string;
  readonly opened: Promise<Omit<HeldChain, typeof Symbol.asyncDispose>>;
  users: number;
  onFallback: ChainRequest['onFallback'];
}

/** A process meets the same pair again and again; its gradient graphs are built once. */
const GRAPHS = new GraphCache();

/** Watches the runtime until it is closed. */
export function openComputeHost(options: ComputeHostOptions): ComputeHost {
  const { store, keepChains = 1, graphs = GRAPHS, weightMemoryMb = WEIGHT_MEMORY_MB } = options;
  const limited = limitRuntime(options.runtime, options.limits);
  // The one used last comes last.
  let entries: Entry[] = [];

  const open = (key: string, request: ChainRequest): Entry => {
    const entry: Entry = {
      key,
      users: 0,
      onFallback: request.onFallback,
      opened: loadModels(store, request.recipe).then(async (models) => ({
        ...models,
        sessions: await openRecipeChain(limited.runtime, {
          ...models,
          recipe: request.wanted,
          cache: graphs,
          mostWeightBytes: request.weightMemoryMb * 1024 ** 2,
          signal: request.signal,
          onFallback: async (graph, operators) => entry.onFallback(graph, operators),
        }),
      })),
    };
    // It may fail before anybody waits for it; whoever does hears of it all the same.
    entry.opened.catch(() => undefined);
    return entry;
  };
  const closeIdle = async (most: number): Promise<void> => {
    const idle = entries.filter(({ users }) => users === 0);
    const surplus = idle.slice(0, Math.max(0, idle.length - most));
    entries = entries.filter((entry) => !surplus.includes(entry));
    for (const { opened } of surplus) await (await opened).sessions.close();
  };

  return {
    runtime: limited.runtime,
    weightMemoryMb,
    exceeded: limited.exceeded,
    chain: async (request) => {
      const { generatorVersion, recogniserVersion } = request.recipe;
      const { batchSize, precision } = request.wanted;
      // By content: two teams with the same models share them.
      const key = `${generatorVersion.digest} ${recogniserVersion.digest} ${batchSize} ${precision} ${request.weightMemoryMb}`;
      const entry = entries.find((other) => other.key === key) ?? open(key, request);
      entries = [...entries.filter((other) => other !== entry), entry];
      entry.users += 1;
      entry.onFallback = request.onFallback;
      try {
        // What is open already makes room for it first: two pairs at once may not fit into memory.
        await closeIdle(keepChains - 1);
        const opened = await entry.opened;
        return {
          ...opened,
          [Symbol.asyncDispose]: async () => {
            entry.users -= 1;
            await closeIdle(keepChains);
          },
        };
      } catch (error) {
        entries = entries.filter((other) => other !== entry);
        throw error;
      }
    },
    close: async () => {
      await closeIdle(0);
      limited[Symbol.dispose]();
    },
  };
}
