/** @file Samples variations of each identity: groups of identities one after another. */

import type { ChainSessions } from '../chain/index.ts';
import { CheckpointError, ParameterError } from '../errors.ts';
import { angleBetween } from '../pairs/index.ts';
import { checkSeed } from '../random/random.ts';
import { checkParameters } from '../recipe/check.ts';
import { resolveLength } from '../recipe/parameter-info.ts';
import type { DriverOptions } from '../references/index.ts';
import { batchRows, collectDistances, dispersionStep, initDispersion } from './dispersion.ts';
import type { DispersionContext, ResolvedDispersion } from './dispersion.ts';
import type { DispersionParameters } from './parameters.ts';
import { VariationCollector } from './statistics.ts';
import type { VariationStatistics } from './statistics.ts';

export interface VariationOptions {
  readonly algorithm: 'dispersion';
  readonly parameters?: Partial<DispersionParameters>;
  readonly references: {
    /** [N, D] */
    readonly latents: Float32Array;
    /** Unit embeddings, [N, E]. */
    readonly embeddings: Float32Array;
  };
  /** Number of the first of these identities within the run: a multiple of `variationGroup`. @default 0 */
  readonly firstIdentity?: number;
  readonly seed: number;
  /** ψ, by which lengths given as `meanDistances` are measured. @default 0.7 */
  readonly truncation?: number;
}

/** Identities that have finished; continue after them. */
export interface VariationState {
  readonly identitiesDone: number;
  /** [identitiesDone, A, D] */
  readonly latents: Float32Array;
  /** [identitiesDone, A, E] */
  readonly embeddings: Float32Array;
  /** [identitiesDone, A] */
  readonly theta: Float32Array;
}

/** Variations of identities that have just finished. */
export interface FinishedVariations {
  /** Number of the first identity within the run. */
  readonly first: number;
  readonly count: number;
  readonly latents: Float32Array;
  readonly embeddings: Float32Array;
  readonly theta: Float32Array;
}

export interface VariationProgress {
  readonly identitiesDone: number;
  readonly identities: number;
  /** Within the present group. */
  readonly iteration: number;
  readonly iterations: number;
  /** Of the whole, 0..1. */
  readonly fraction: number;
  /** Of the present group, before its last step, or at its end. */
  readonly statistics: VariationStatistics;
  readonly finished: FinishedVariations | null;
}

export interface VariationResult {
  /** A */
  readonly variations: number;
  /** [N, A, D] */
  readonly latents: Float32Array;
  /** Unit embeddings, [N, A, E]. */
  readonly embeddings: Float32Array;
  /** Angle of each variation to its reference, radians, [N, A]. */
  readonly theta: Float32Array;
  /** Per iteration over all identities of this call; the last is of the final state. */
  readonly statistics: readonly VariationStatistics[];
}

/**
 * Identities whose variations share a batch: as many as fill it, at least one. Shards of a run must
 * start at its multiples, so that every shard is cut into the same batches as the whole.
 */
export function variationGroup(batchSize: number, variations: number): number {
  return Math.max(1, Math.floor(batchSize / variations));
}

/**
 * Samples variations. Yields after every iteration of every group; `finished` carries the group's
 * latents when it is done.
 *
 * @throws ParameterError, CheckpointError, NotFiniteError, SessionError; the signal's reason when aborted
 */
export async function* sampleVariations(
  sessions: ChainSessions,
  options: VariationOptions,
  driver: DriverOptions & { readonly resumeFrom?: VariationState | undefined } = {},
): AsyncGenerator<VariationProgress, VariationResult> {
  const plan = await makePlan(sessions, options);
  const output = allocate(plan, sessions, driver.resumeFrom);
  const { iterations } = plan.parameters;
  const totals = Array.from({ length: iterations + 1 }, () => new VariationCollector());
  for (let done = output.done; done < plan.identities;) {
    const count = Math.min(plan.togetherSize, plan.identities - done);
    const context = groupContext(sessions, options, { plan, done, count, signal: driver.signal });
    let state = initDispersion(context);
    while (state.iteration < iterations) {
      driver.signal?.throwIfAborted();
      const step = await dispersionStep(context, state);
      totals[state.iteration]?.merge(step.info);
      const statistics = step.info.statistics(state.iteration);
      state = step.state;
      const fraction = (done + (count * state.iteration) / (iterations + 1)) / plan.identities;
      const { iteration } = state;
      yield {
        identitiesDone: done,
        identities: plan.identities,
        iteration,
        iterations,
        fraction,
        statistics,
        finished: null,
      };
    }
    const { finished, info } = await finish(context, state.latents);
    totals[iterations]?.merge(info);
    output.put(done, finished);
    done += count;
    yield {
      identitiesDone: done,
      identities: plan.identities,
      iteration: iterations,
      iterations,
      fraction: done / plan.identities,
      statistics: info.statistics(iterations),
      finished,
    };
  }
  const { latents, embeddings, theta } = output;
  const statistics = totals.map((collector, iteration) => collector.statistics(iteration));
  return { variations: plan.parameters.variations, latents, embeddings, theta, statistics };
}

interface Plan {
  readonly identities: number;
  readonly firstIdentity: number;
  readonly groupSize: number;
  /** Identities moved at the same time: a group for each batch that can run at once. */
  readonly togetherSize: number;
  readonly parameters: ResolvedDispersion;
}

async function makePlan(sessions: ChainSessions, options: VariationOptions): Promise<Plan> {
  checkSeed(options.seed);
  const given = checkParameters(options.algorithm, options.parameters ?? {});
  const relative = [given.latentRadius, given.initialNoise].some((x) => typeof x !== 'number');
  const scale = relative ? await sessions.latentScale(options.truncation ?? 0.7) : 0;
  const parameters: ResolvedDispersion = {
    ...given,
    latentRadius: resolveLength(given.latentRadius, scale),
    initialNoise: resolveLength(given.initialNoise, scale),
  };
  const { latents, embeddings } = options.references;
  const identities = latents.length / sessions.latentDim;
  if (!Number.isInteger(identities) || embeddings.length !== identities * sessions.embeddingDim) {
    throw new ParameterError(
      'references',
      `must hold as many rows of ${sessions.latentDim} latent as of ${sessions.embeddingDim} embedding numbers, got ${latents.length} and ${embeddings.length} numbers.`,
    );
  }
  const groupSize = variationGroup(sessions.batchSize, parameters.variations);
  const firstIdentity = options.firstIdentity ?? 0;
  if (!Number.isInteger(firstIdentity) || firstIdentity < 0 || firstIdentity % groupSize !== 0) {
    throw new ParameterError(
      'firstIdentity',
      `must be a multiple of ${groupSize}, the identities that fill a batch, got ${firstIdentity}; cut shards at multiples of variationGroup(batchSize, variations).`,
    );
  }
  const fitsBatch = parameters.variations <= sessions.batchSize;
  const togetherSize = groupSize * (fitsBatch ? sessions.lanes : 1);
  return { identities, firstIdentity, groupSize, togetherSize, parameters };
}

function groupContext(
  sessions: ChainSessions,
  options: VariationOptions,
  at: {
    readonly plan: Plan;
    readonly done: number;
    readonly count: number;
    readonly signal: AbortSignal | undefined;
  },
): DispersionContext {
  const { plan, done, count, signal } = at;
  const { latentDim: D, embeddingDim: E } = sessions;
  const { latents, embeddings } = options.references;
  return {
    sessions,
    seed: options.seed,
    parameters: plan.parameters,
    signal,
    group: {
      first: plan.firstIdentity + done,
      count,
      latents: latents.slice(done * D, (done + count) * D),
      embeddings: embeddings.slice(done * E, (done + count) * E),
    },
  };
}

async function finish(
  context: DispersionContext,
  latents: Float32Array,
): Promise<{ finished: FinishedVariations; info: VariationCollector }> {
  const { sessions, group, parameters, signal } = context;
  const A = parameters.variations;
  const embeddings = await sessions.embed(latents, { signal, batchRows: batchRows(context) });
  const theta = new Float32Array(group.count * A);
  const info = new VariationCollector();
  for (let row = 0; row < theta.length; row++) {
    const j = Math.floor(row / A);
    const angle = angleBetween({
      a: embeddings,
      i: row,
      b: group.embeddings,
      j,
      dim: sessions.embeddingDim,
    });
    theta[row] = angle;
    info.theta.add(angle);
  }
  collectDistances(context, latents, info);
  const { first, count } = group;
  return { finished: { first, count, latents, embeddings, theta }, info };
}

/** The arrays of the result, with what a resumed run brings. */
function allocate(
  plan: Plan,
  sessions: ChainSessions,
  resumed: VariationState | undefined,
): VariationOutput {
  const A = plan.parameters.variations;
  const widths = {
    latents: A * sessions.latentDim,
    embeddings: A * sessions.embeddingDim,
    theta: A,
  };
  const output = new VariationOutput(plan.identities, widths);
  if (resumed === undefined) return output;
  const done = resumed.identitiesDone;
  const fits =
    resumed.latents.length === done * widths.latents &&
    resumed.embeddings.length === done * widths.embeddings &&
    resumed.theta.length === done * widths.theta;
  const isCut = done === plan.identities || done % plan.groupSize === 0;
  if (!fits || !isCut || done > plan.identities) {
    throw new CheckpointError(
      `The checkpoint of ${done} identities does not fit a run of ${plan.identities} with ${A} variations in groups of ${plan.groupSize}.`,
    );
  }
  output.put(0, resumed);
  output.done = done;
  return output;
}

class VariationOutput {
  done = 0;
  readonly latents: Float32Array;
  readonly embeddings: Float32Array;
  readonly theta: Float32Array;
  readonly #widths: {
    readonly latents: number;
    readonly embeddings: number;
    readonly theta: number;
  };

  constructor(
    identities: number,
    widths: { readonly latents: number; readonly embeddings: number; readonly theta: number },
  ) {
    this.#widths = widths;
    this.latents = new Float32Array(identities * widths.latents);
    this.embeddings = new Float32Array(identities * widths.embeddings);
    this.theta = new Float32Array(identities * widths.theta);
  }

  put(
    at: number,
    part: {
      readonly latents: Float32Array;
      readonly embeddings: Float32Array;
      readonly theta: Float32Array;
    },
  ): void {
    this.latents.set(part.latents, at * this.#widths.latents);
    this.embeddings.set(part.embeddings, at * this.#widths.embeddings);
    this.theta.set(part.theta, at * this.#widths.theta);
  }
}
