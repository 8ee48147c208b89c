/** @file Samples the reference identities: an async iteration of progress, then the result. */

import type { ChainSessions } from '../chain/index.ts';
import { CheckpointError, ParameterError } from '../errors.ts';
import { openPairs } from '../pairs/index.ts';
import type { PairEngine } from '../pairs/index.ts';
import { checkSeed } from '../random/random.ts';
import { checkParameters } from '../recipe/check.ts';
import { langevinStep, meanRadius } from './langevin.ts';
import type { LangevinContext } from './langevin.ts';
import type { LangevinParameters, RandomParameters } from './parameters.ts';
import { addSeconds } from './statistics.ts';
import type { PhaseSeconds, ReferenceState, ReferenceStatistics } from './statistics.ts';

export type ReferenceAlgorithm =
  | { readonly algorithm: 'langevin'; readonly parameters?: Partial<LangevinParameters> }
  | { readonly algorithm: 'random'; readonly parameters?: Partial<RandomParameters> };

export type ReferenceOptions = ReferenceAlgorithm & {
  /** At least 2. */
  readonly identities: number;
  readonly seed: number;
  /** ψ. @default 0.7 */
  readonly truncation?: number;
  /** Unit embeddings [M, E] that every identity keeps constantDistance from. */
  readonly gallery?: Float32Array | undefined;
};

export interface DriverOptions {
  readonly signal?: AbortSignal | undefined;
  /** Seconds, for the statistics. @default a clock that stands still */
  readonly clock?: (() => number) | undefined;
}

export interface ReferenceProgress {
  /** Iterations done. */
  readonly completed: number;
  readonly total: number;
  /** Of the state before the last step, or of the final state. */
  readonly statistics: ReferenceStatistics;
  /** The state reached. Do not change its arrays. */
  readonly state: ReferenceState;
  /** Whether `checkpointEvery` asks for this state to be kept. */
  readonly checkpoint: boolean;
}

export interface ReferenceResult {
  readonly state: ReferenceState;
  readonly latents: Float32Array;
  readonly embeddings: Float32Array;
  /** Of the first state of this call: of the random draw, unless it resumed. */
  readonly before: ReferenceStatistics;
  readonly after: ReferenceStatistics;
  readonly statistics: readonly ReferenceStatistics[];
  /** The iteration at which no force was left, or null. */
  readonly restedAt: number | null;
}

const DEFAULT_TRUNCATION = 0.7;

/**
 * Samples reference identities. Yields after every iteration, with the statistics of the state
 * before it, and once more with those of the final state; returns the result.
 *
 * @throws ParameterError, CheckpointError, NotFiniteError, SessionError; the signal's reason when aborted
 */
export async function* sampleReferences(
  sessions: ChainSessions,
  options: ReferenceOptions,
  driver: DriverOptions & { readonly resumeFrom?: ReferenceState | undefined } = {},
): AsyncGenerator<ReferenceProgress, ReferenceResult> {
  const { clock = () => 0, signal } = driver;
  const plan = makePlan(options, sessions);
  const pairs = openPairs(sessions.runtime, { embeddingDim: sessions.embeddingDim });
  try {
    const context = { sessions, pairs, seed: options.seed, gallery: plan.gallery, clock, signal };
    const seconds: PhaseSeconds = { pairs: 0, pullback: 0, update: 0, embed: 0 };
    let state =
      driver.resumeFrom === undefined
        ? await addSeconds(seconds, clock)('embed', () => initialState(sessions, options, signal))
        : checkState(driver.resumeFrom, plan, sessions);
    const statistics: ReferenceStatistics[] = [];
    let restedAt: number | null = null;
    while (plan.parameters !== null && state.iteration < plan.total) {
      signal?.throwIfAborted();
      const step = await langevinStep(context, state, plan.parameters);
      if (step.atRest) {
        restedAt = state.iteration;
        break;
      }
      state = step.state;
      statistics.push(step.info);
      yield {
        completed: state.iteration,
        total: plan.total,
        statistics: step.info,
        state,
        checkpoint: isCheckpoint(plan, state.iteration),
      };
    }
    const after = await finalStatistics(context, state, { ict: plan.ict, seconds });
    statistics.push(after);
    yield {
      completed: state.iteration,
      total: plan.total,
      statistics: after,
      state,
      checkpoint: false,
    };
    const { latents, embeddings } = state;
    return {
      state,
      latents,
      embeddings,
      before: statistics[0] ?? after,
      after,
      statistics,
      restedAt,
    };
  } finally {
    await pairs.close();
  }
}

/** Draws latents for all identities and embeds them: iteration 0. */
export async function initialState(
  sessions: ChainSessions,
  options: Pick<ReferenceOptions, 'identities' | 'seed' | 'truncation'>,
  signal?: AbortSignal,
): Promise<ReferenceState> {
  const latents = await sessions.drawLatents({
    seed: options.seed,
    first: 0,
    count: options.identities,
    truncation: options.truncation ?? DEFAULT_TRUNCATION,
    signal,
  });
  return { iteration: 0, latents, embeddings: await sessions.embed(latents, { signal }) };
}

interface Plan {
  readonly identities: number;
  readonly total: number;
  /** Null for the random baseline. */
  readonly parameters: LangevinParameters | null;
  readonly ict: number;
  readonly checkpointEvery: number;
  readonly gallery: Float32Array | null;
}

function makePlan(options: ReferenceOptions, sessions: ChainSessions): Plan {
  const { identities, gallery } = options;
  checkSeed(options.seed);
  if (!Number.isSafeInteger(identities) || identities < 2) {
    throw new ParameterError(
      'identities',
      `must be a whole number of at least 2, got ${identities}: a single identity has nothing to be apart from.`,
    );
  }
  if (options.algorithm === 'random') {
    const { interClassThreshold: ict } = checkParameters('random', options.parameters ?? {});
    return { identities, total: 0, parameters: null, ict, checkpointEvery: 0, gallery: null };
  }
  const parameters = checkParameters('langevin', options.parameters ?? {});
  checkGallery(gallery, parameters, sessions.embeddingDim);
  return {
    identities,
    total: parameters.iterations,
    parameters,
    ict: parameters.interClassThreshold,
    checkpointEvery: parameters.checkpointEvery,
    gallery: gallery ?? null,
  };
}

function checkGallery(
  gallery: Float32Array | undefined,
  parameters: LangevinParameters,
  embeddingDim: number,
): void {
  const distance = parameters.constantDistance;
  if (gallery === undefined) {
    if (distance === 0) return;
    throw new ParameterError(
      'constantDistance',
      `is ${distance}, but there is no gallery to keep that distance from; give a gallery or set it to 0.`,
    );
  }
  if (distance === 0) {
    throw new ParameterError(
      'constantDistance',
      'is 0, so that the gallery given would have no effect; set the distance to keep from it, or leave the gallery out.',
    );
  }
  if (gallery.length === 0 || gallery.length % embeddingDim !== 0) {
    throw new ParameterError(
      'gallery',
      `must hold rows of ${embeddingDim} numbers as the recogniser gives, got ${gallery.length} numbers.`,
    );
  }
}

function checkState(state: ReferenceState, plan: Plan, sessions: ChainSessions): ReferenceState {
  const { latentDim: D, embeddingDim: E } = sessions;
  const identities = state.latents.length / D;
  if (identities !== plan.identities || state.embeddings.length !== plan.identities * E) {
    throw new CheckpointError(
      `The checkpoint holds ${state.latents.length} latent and ${state.embeddings.length} embedding numbers where ${plan.identities * D} and ${plan.identities * E} are needed.`,
    );
  }
  if (!Number.isInteger(state.iteration) || state.iteration < 0 || state.iteration > plan.total) {
    throw new CheckpointError(
      `The checkpoint stands at iteration ${state.iteration}, but the run has ${plan.total}.`,
    );
  }
  return state;
}

function isCheckpoint(plan: Plan, iteration: number): boolean {
  return plan.checkpointEvery > 0 && iteration % plan.checkpointEvery === 0;
}

async function finalStatistics(
  context: LangevinContext & { readonly pairs: PairEngine },
  state: ReferenceState,
  options: { readonly ict: number; readonly seconds: PhaseSeconds },
): Promise<ReferenceStatistics> {
  const { sessions, pairs, signal, clock } = context;
  const { ict, seconds } = options;
  const timed = addSeconds(seconds, clock);
  const { theta, aboveIct } = await timed('pairs', () =>
    pairs.statistics(state.embeddings, { ict, signal }),
  );
  const latentDistance = await timed('pairs', () =>
    pairs.distances(state.latents, { centre: sessions.average, signal }),
  );
  return {
    iteration: state.iteration,
    theta,
    aboveIct,
    latentDistance,
    meanRadius: meanRadius(state.latents, sessions.average),
    forces: null,
    timestep: null,
    seconds,
  };
}
