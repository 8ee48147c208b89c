/** @file Samples the reference identities: an async iteration of progress, then the result. */

import type { ChainSessions } from '../chain/index.ts';
import { ParameterError } from '../errors.ts';
import { openPairs } from '../pairs/index.ts';
import type { PairEngine } from '../pairs/index.ts';
import { checkSeed } from '../random/random.ts';
import { checkParameters } from '../recipe/check.ts';
import { meanRadius } from './langevin.ts';
import type { LangevinContext } from './langevin.ts';
import { checkGallery, DEFAULT_TRUNCATION, moveTogether } from './move-together.ts';
import type { TogetherOptions } from './move-together.ts';
import type {
  DriverOptions,
  ReferenceEnd,
  ReferenceOptions,
  ReferenceProgress,
  ReferenceResult,
} from './options.ts';
import { placeInTurn } from './place-in-turn.ts';
import type { RejectParameters, RepulseParameters } from './parameters.ts';
import { addSeconds } from './statistics.ts';
import type { PhaseSeconds, ReferenceState, ReferenceStatistics } from './statistics.ts';

/**
 * Samples reference identities. Yields after every step and once more with the statistics of the final state; returns the result.
 *
 * @throws ParameterError, CheckpointError, SaturatedError, NotFiniteError, SessionError; the signal's reason when aborted
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
    const statistics: ReferenceStatistics[] = [];
    const run = start(context, { options, plan, seconds, resumeFrom: driver.resumeFrom });
    let step = await run.next();
    while (step.done !== true) {
      statistics.push(step.value.statistics);
      yield step.value;
      step = await run.next();
    }
    const { state, restedAt } = step.value;
    const after = await finalStatistics(context, state, { plan, seconds });
    statistics.push(after);
    const completed = plan.turns === null ? state.iteration : options.identities;
    yield { completed, total: plan.total, statistics: after, state, checkpoint: false };
    const { latents, embeddings } = state;
    const before = statistics[0] ?? after;
    return { state, latents, embeddings, before, after, statistics, restedAt };
  } finally {
    await pairs.close();
  }
}

interface Plan {
  readonly total: number;
  readonly ict: number;
  /** Null for algorithms without. */
  readonly gallery: Float32Array | null;
  readonly constantDistance: number;
  /** Of an algorithm that moves all identities together; null parameters: nothing moves. */
  readonly together: Pick<TogetherOptions, 'parameters'>;
  /** Of an algorithm that places them one after another; else null. */
  readonly turns: RejectParameters | RepulseParameters | null;
}

function makePlan(options: ReferenceOptions, sessions: ChainSessions): Plan {
  const { identities } = options;
  checkSeed(options.seed);
  if (!Number.isSafeInteger(identities) || identities < 2) {
    throw new ParameterError(
      'identities',
      `must be a whole number of at least 2, got ${identities}: a single identity has nothing to be apart from.`,
    );
  }
  const still = { gallery: null, constantDistance: 0, together: { parameters: null }, turns: null };
  switch (options.algorithm) {
    case 'random': {
      const { interClassThreshold: ict } = checkParameters('random', options.parameters ?? {});
      return { ...still, total: 0, ict };
    }
    case 'langevin': {
      const parameters = checkParameters('langevin', options.parameters ?? {});
      checkGallery(options.gallery, parameters, sessions.embeddingDim);
      return {
        total: parameters.iterations,
        ict: parameters.interClassThreshold,
        gallery: options.gallery ?? null,
        constantDistance: parameters.constantDistance,
        together: { parameters },
        turns: null,
      };
    }
    case 'reject':
    case 'repulse': {
      const turns =
        options.algorithm === 'reject'
          ? checkParameters('reject', options.parameters ?? {})
          : checkParameters('repulse', options.parameters ?? {});
      return { ...still, total: identities, ict: turns.interClassThreshold, turns };
    }
  }
}

type Context = LangevinContext & { readonly pairs: PairEngine };

function start(
  context: Context,
  run: {
    readonly options: ReferenceOptions;
    readonly plan: Plan;
    readonly seconds: PhaseSeconds;
    readonly resumeFrom: ReferenceState | undefined;
  },
): AsyncGenerator<ReferenceProgress, ReferenceEnd> {
  const { options, plan, seconds, resumeFrom } = run;
  const { identities, seed, truncation = DEFAULT_TRUNCATION } = options;
  const common = { identities, seed, truncation, resumeFrom };
  return plan.turns === null
    ? moveTogether(context, { ...common, ...plan.together, seconds })
    : placeInTurn(context, { ...common, parameters: plan.turns });
}

async function finalStatistics(
  context: Context,
  state: ReferenceState,
  options: { readonly plan: Plan; readonly seconds: PhaseSeconds },
): Promise<ReferenceStatistics> {
  const { sessions, pairs, signal, clock } = context;
  const { plan, seconds } = options;
  const { ict, gallery, constantDistance } = plan;
  const timed = addSeconds(seconds, clock);
  const { theta, aboveIct, closest } = await timed('pairs', () =>
    pairs.statistics(state.embeddings, { ict, signal }),
  );
  const latentDistance = await timed('pairs', () =>
    pairs.distances(state.latents, { centre: sessions.average, signal }),
  );
  const constant =
    gallery === null
      ? null
      : await timed('pairs', () =>
          pairs.galleryRepulsion(state.embeddings, gallery, {
            radius: constantDistance,
            coefficient: 1,
            ict,
            signal,
          }),
        );
  return {
    iteration: state.iteration,
    theta,
    aboveIct,
    closest,
    galleryTheta: constant?.statistics.theta ?? null,
    latentDistance,
    meanRadius: meanRadius(state.latents, sessions.average),
    forces: null,
    timestep: null,
    seconds,
  };
}
