/** @file References that are drawn once and then moved all together: `langevin`, and `random`, which does not move. */

import { CheckpointError, ParameterError } from '../errors.ts';
import { naming } from '../chain/finite.ts';
import type { ChainSessions } from '../chain/index.ts';
import { langevinStep } from './langevin.ts';
import type { LangevinContext } from './langevin.ts';
import type { ReferenceEnd, ReferenceOptions, ReferenceProgress } from './options.ts';
import type { LangevinParameters } from './parameters.ts';
import { addSeconds } from './statistics.ts';
import type { PhaseSeconds, ReferenceState } from './statistics.ts';

/** @default of ψ */
export const DEFAULT_TRUNCATION = 0.7;

export interface TogetherOptions {
  readonly identities: number;
  readonly seed: number;
  readonly truncation?: number;
  /** Null: the random draw stays as it is. */
  readonly parameters: LangevinParameters | null;
  readonly resumeFrom: ReferenceState | undefined;
  /** Gets the time of the first embedding. */
  readonly seconds: PhaseSeconds;
}

/** Yields after every iteration, with the statistics of the state before it. */
export async function* moveTogether(
  context: LangevinContext,
  options: TogetherOptions,
): AsyncGenerator<ReferenceProgress, ReferenceEnd> {
  const { sessions, signal, clock } = context;
  const { parameters, resumeFrom, seconds } = options;
  const total = parameters?.iterations ?? 0;
  let state =
    resumeFrom === undefined
      ? await addSeconds(seconds, clock)('embed', () => initialState(sessions, options, signal))
      : checkState(resumeFrom, { identities: options.identities, total, sessions });
  if (parameters === null) return { state, restedAt: null };
  while (state.iteration < total) {
    signal?.throwIfAborted();
    const step = await langevinStep(context, state, parameters);
    if (step.atRest) return { state, restedAt: state.iteration };
    state = step.state;
    const every = parameters.checkpointEvery;
    yield {
      completed: state.iteration,
      total,
      statistics: step.info,
      state,
      checkpoint: every > 0 && state.iteration % every === 0,
    };
  }
  return { state, restedAt: null };
}

/** Draws latents for all identities and embeds them: iteration 0. */
export async function initialState(
  sessions: ChainSessions,
  options: Pick<ReferenceOptions, 'identities' | 'seed' | 'truncation'>,
  signal?: AbortSignal,
): Promise<ReferenceState> {
  const whose = (row: number): string => `identity ${row} of the random draw`;
  return naming(whose, async () => {
    const latents = await sessions.drawLatents({
      seed: options.seed,
      first: 0,
      count: options.identities,
      truncation: options.truncation ?? DEFAULT_TRUNCATION,
      signal,
    });
    return { iteration: 0, latents, embeddings: await sessions.embed(latents, { signal }) };
  });
}

/** @throws ParameterError where gallery and constantDistance do not go together */
export function checkGallery(
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
      `must hold rows of ${embeddingDim} numbers as the recogniser gives, got ${gallery.length} numbers; use a gallery that this recogniser embedded.`,
    );
  }
}

function checkState(
  state: ReferenceState,
  run: {
    readonly identities: number;
    readonly total: number;
    readonly sessions: ChainSessions;
  },
): ReferenceState {
  const { identities, total, sessions } = run;
  const { latentDim: D, embeddingDim: E } = sessions;
  if (state.latents.length !== identities * D || state.embeddings.length !== identities * E) {
    throw new CheckpointError(
      `The checkpoint holds ${state.latents.length} latent and ${state.embeddings.length} embedding numbers where ${identities * D} and ${identities * E} are needed.`,
    );
  }
  if (!Number.isInteger(state.iteration) || state.iteration < 0 || state.iteration > total) {
    throw new CheckpointError(
      `The checkpoint stands at iteration ${state.iteration}, but the run has ${total}.`,
    );
  }
  return state;
}
