/** @file The reference stage: one embedding apart from another for every identity of the budget. */

import {
  type PairEngine,
  openPairs,
  referenceOptions,
  type ReferenceProgress,
  type ReferenceResult,
  type ReferenceState,
  type ReferenceStatistics,
  sampleReferences,
} from '@colloid/sampler';

import { type Json, toJson } from '../digest.ts';
import { isPipelineError } from '../errors.ts';
import type { PartialWork } from '../reporter.ts';
import { activityDigest, runActivity } from './activity.ts';
import { putSliced, type SlicedReference } from './arrays.ts';
import {
  type Checkpoint,
  type CheckpointRecord,
  type CheckpointStore,
  openCheckpoints,
  readCheckpoint,
} from './checkpoint.ts';
import { closestIdentities, storePreview } from './preview.ts';
import { pauseWhereWanted, setsOf, type StageContext } from './stage-context.ts';

/** About this much work is repeated after a kill, however quick the iterations. */
const CHECKPOINT_SECONDS = 2;
/** Writing checkpoints takes at most this share of the time, however large they are. */
const CHECKPOINT_SHARE = 0.1;
const PREVIEW_SECONDS = 1.5;
/** Faces, and the pass over all pairs that finds the closest, take at most this share of the time. */
const PREVIEW_SHARE = 0.05;

export interface ReferenceOutput {
  readonly [key: string]: Json;
  readonly latents: SlicedReference;
  readonly embeddings: SlicedReference;
  readonly before: SeparationStatistics;
  readonly after: SeparationStatistics;
  readonly restedAt: number | null;
  /** States to branch from, the last one included, by iteration. */
  readonly checkpoints: readonly CheckpointRecord[];
}

export interface SeparationStatistics {
  readonly [key: string]: number;
  readonly thetaMin: number;
  readonly thetaMean: number;
  readonly aboveIct: number;
}

/** What the references depend on, as an activity; a branch also on the state it begins with. */
export function referenceActivity({ recipe, plan, start, sets }: StageContext): {
  readonly name: string;
  readonly version: number;
  readonly inputs: Json;
} {
  return {
    name: 'references',
    version: 2,
    inputs: {
      plan,
      references: toJson(recipe.references),
      gallery: sets?.gallery?.digest ?? null,
      identities: recipe.identities,
      seed: recipe.seed,
      truncation: recipe.truncation,
      batchSize: recipe.batchSize,
      start: start?.digest ?? null,
    },
  };
}

/** Samples the references, going on from the newest checkpoint of the same inputs where there is one. */
export async function references(context: StageContext): Promise<ReferenceOutput> {
  const { recipe } = context;
  const activity = referenceActivity(context);
  const output = await runActivity(context.activities, {
    ...activity,
    compute: async () => new ReferenceStage(context, activityDigest(activity)).compute(),
  });
  // Also where another run has computed them: this one can be branched all the same.
  for (const record of output.checkpoints) await context.reporter.checkpoint(record);
  const last = output.checkpoints.at(-1);
  if (last !== undefined) await context.reporter.partial(partialOf(last, recipe.identities));
  return output;
}

/** One computation of the stage, with what it keeps between iterations. */
class ReferenceStage {
  readonly #context: StageContext;
  readonly #checkpoints: CheckpointStore;
  readonly #history: ReferenceStatistics[] = [];
  #latest: ReferenceState | null = null;
  #shown: readonly number[] | null = null;
  #checkpointAt = 0;
  #previewAt = Number.NEGATIVE_INFINITY;

  constructor(context: StageContext, inputsDigest: string) {
    this.#context = context;
    this.#checkpoints = openCheckpoints(context.store, inputsDigest, context.sessions);
  }

  async compute(): Promise<ReferenceOutput> {
    const { sessions, recipe, signal, clock, reporter } = this.#context;
    const from = await this.#begin();
    const pairs = openPairs(sessions.runtime, { embeddingDim: sessions.embeddingDim });
    try {
      this.#checkpointAt = clock() + CHECKPOINT_SECONDS;
      const sampling = sampleReferences(sessions, referenceOptions(recipe, setsOf(this.#context)), {
        signal,
        clock,
        ...(from === null ? {} : { resumeFrom: from.state }),
      });
      let step = await sampling.next();
      while (step.done !== true) {
        await this.#take(step.value, pairs);
        step = await sampling.next();
      }
      return await this.#finish(step.value);
    } catch (error) {
      await this.#keepPartial(pairs).catch((cause: unknown) =>
        // What ended the stage is the news, not this.
        reporter.log('warn', `The last state could not be kept and shown: ${String(cause)}`),
      );
      throw error;
    } finally {
      await pairs.close();
    }
  }

  /** The state to go on from: of this very stage, else the one that a branch begins with, else none. */
  async #begin(): Promise<Checkpoint | null> {
    const { store, reporter, start = null } = this.#context;
    const own = await this.#checkpoints.load();
    const from = own ?? (start === null ? null : await readCheckpoint(store, start));
    if (from === null) return null;
    this.#history.push(...from.history);
    this.#latest = from.state;
    await reporter.log('info', `References go on from iteration ${from.state.iteration}.`);
    // A worker that was killed may have saved the state and not have reported the iterations before it.
    for (const statistics of this.#history) {
      if (statistics.iteration >= (start?.iteration ?? 0)) {
        await reporter.referenceIteration(statistics);
      }
    }
    return from;
  }

  async #take(progress: ReferenceProgress, pairs: PairEngine): Promise<void> {
    const { reporter, clock } = this.#context;
    const { state, statistics, completed, total } = progress;
    const last = this.#history.at(-1);
    if (last !== undefined && last.iteration >= statistics.iteration) this.#history.pop();
    this.#history.push(statistics);
    this.#latest = state;
    await reporter.referenceIteration(statistics);
    await reporter.progress(total === 0 ? 1 : completed / total);
    if (progress.checkpoint || clock() >= this.#checkpointAt) {
      await this.#save(state, { keep: progress.checkpoint });
    }
    if (clock() >= this.#previewAt || completed === total) await this.#preview(state, pairs);
    // The state of this iteration is kept by #keepPartial.
    pauseWhereWanted(this.#context);
  }

  async #save(state: ReferenceState, { keep }: { readonly keep: boolean }): Promise<void> {
    const { clock, reporter } = this.#context;
    const begun = clock();
    const record = await this.#checkpoints.save({ state, history: this.#history }, { keep });
    if (keep) await reporter.checkpoint(record);
    const seconds = clock() - begun;
    this.#checkpointAt = clock() + Math.max(CHECKPOINT_SECONDS, seconds / CHECKPOINT_SHARE);
  }

  async #preview(state: ReferenceState, pairs: PairEngine): Promise<void> {
    const { store, sessions, reporter, signal, clock } = this.#context;
    const begun = clock();
    const closest = closestIdentities(await pairs.nearest(state.embeddings, { signal }));
    this.#shown ??= closest;
    const faces = [...closest.slice(0, 2), ...this.#shown];
    await reporter.preview(await storePreview(store, sessions, state, faces, signal));
    const seconds = clock() - begun;
    this.#previewAt = clock() + Math.max(PREVIEW_SECONDS, seconds / PREVIEW_SHARE);
  }

  async #finish(result: ReferenceResult): Promise<ReferenceOutput> {
    const { store, sessions, reporter } = this.#context;
    if (result.restedAt !== null) {
      await reporter.log(
        'info',
        `References are at rest after ${result.restedAt} iterations: no force acts on anybody any more, and further iterations would change nothing.`,
      );
    }
    const latents = await putSliced(store, result.latents, sessions.latentDim);
    const embeddings = await putSliced(store, result.embeddings, sessions.embeddingDim);
    return {
      latents,
      embeddings,
      before: separation(this.#history[0] ?? result.before),
      after: separation(result.after),
      restedAt: result.restedAt,
      checkpoints: await this.#checkpoints.finish({
        iteration: result.state.iteration,
        latents,
        embeddings,
        history: this.#history,
      }),
    };
  }

  /** Keeps the last whole state of a stage that is left before its end, to look at and to branch from. */
  async #keepPartial(pairs: PairEngine): Promise<void> {
    const { signal, reporter } = this.#context;
    // A worker that stops or has lost the run goes on elsewhere from the newest checkpoint.
    if (signal.aborted && !isPipelineError(signal.reason, 'CANCELLED')) return;
    const state = this.#latest;
    if (state === null) return;
    const record = await this.#checkpoints.save({ state, history: this.#history }, { keep: true });
    await reporter.checkpoint(record);
    const identities = state.latents.length / this.#context.sessions.latentDim;
    await reporter.partial(partialOf(record, identities));
    if (!signal.aborted && identities > 0) await this.#preview(state, pairs);
  }
}

function partialOf(
  { iteration, latents, embeddings }: CheckpointRecord,
  identities: number,
): PartialWork {
  return { iteration, identities, latents, embeddings };
}

function separation({ theta, aboveIct }: ReferenceStatistics): SeparationStatistics {
  return { thetaMin: theta.min, thetaMean: theta.mean, aboveIct };
}
