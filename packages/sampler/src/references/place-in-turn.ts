/**
 * @file References that are placed one after another: `reject` keeps a draw that is far enough from all so far, `repulse` first pushes one
 * that is not.
 *
 * Draw t is the latent that `random` gives identity t, so that the draws are one sequence whatever the batches, and with an ICT that
 * refuses nobody the result is the random draw.
 */

import { CheckpointError, NotFiniteError, SaturatedError } from '../errors.ts';
import { naming } from '../chain/finite.ts';
import type { ChainSessions } from '../chain/index.ts';
import { addRepulsion } from '../pairs/exact.ts';
import type { ReferenceEnd, ReferenceProgress } from './options.ts';
import type { RejectParameters, RepulseParameters } from './parameters.ts';
import { Placed } from './placed.ts';
import { addSeconds } from './statistics.ts';
import type { PhaseSeconds, ReferenceState } from './statistics.ts';

/** Draws tested together, rounded up to whole batches: enough to keep a machine busy, few enough to show progress. */
const DRAWS = 64;

export interface TurnOptions {
  readonly identities: number;
  readonly seed: number;
  readonly truncation: number;
  readonly parameters: RejectParameters | RepulseParameters;
  readonly resumeFrom: ReferenceState | undefined;
}

export interface TurnContext {
  readonly sessions: ChainSessions;
  /** Seconds. */
  readonly clock: () => number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Yields after every batch of draws, with the identities placed so far as its state. A state continues to the same bits.
 *
 * @throws SaturatedError after `triesPerIdentity` refused draws in a row, looked for after every batch; the last progress has all that
 *   were placed
 */
export async function* placeInTurn(
  context: TurnContext,
  options: TurnOptions,
): AsyncGenerator<ReferenceProgress, ReferenceEnd> {
  const { sessions, signal } = context;
  const { identities, parameters, resumeFrom } = options;
  const { latentDim, embeddingDim, average } = sessions;
  const ict = parameters.interClassThreshold;
  const size = { latentDim, embeddingDim, average, identities, ict };
  const placed = new Placed(sessions.runtime, size);
  try {
    let state = resumeFrom ?? emptyState();
    if (resumeFrom !== undefined) {
      checkState(resumeFrom, options, sessions);
      await placed.restore(resumeFrom.latents, resumeFrom.embeddings);
    }
    while (placed.count < identities) {
      signal?.throwIfAborted();
      const seconds: PhaseSeconds = { pairs: 0, pullback: 0, update: 0, embed: 0 };
      const first = state.iteration;
      const kept = await drawBatch(context, { options, placed, first, seconds });
      const iteration = first + kept.length;
      const last = kept.lastIndexOf(true);
      const refused = last < 0 ? (state.refused ?? 0) + kept.length : kept.length - 1 - last;
      state = { iteration, ...placed.state(), refused };
      yield {
        completed: placed.count,
        total: identities,
        statistics: {
          iteration,
          ...placed.statistics(),
          galleryTheta: null,
          forces: null,
          timestep: null,
          seconds,
        },
        state,
        checkpoint: false,
      };
      if (placed.count < identities && refused >= parameters.triesPerIdentity) {
        throw new SaturatedError({
          placed: placed.count,
          wanted: identities,
          tries: iteration,
          refused,
          interClassThreshold: ict,
        });
      }
    }
    return { state, restedAt: null };
  } finally {
    await placed.close();
  }
}

interface BatchOptions {
  readonly options: TurnOptions;
  readonly placed: Placed;
  /** Number of the first draw. */
  readonly first: number;
  readonly seconds: PhaseSeconds;
}

/** Draws a batch and places what can be; for each draw whether it was placed. */
async function drawBatch(context: TurnContext, batch: BatchOptions): Promise<boolean[]> {
  const { sessions, clock, signal } = context;
  const { options, placed, first, seconds } = batch;
  const { seed, truncation, identities } = options;
  const timed = addSeconds(seconds, clock);
  const count = batchDraws(sessions.batchSize, identities - placed.count);
  const whose = (row: number): string => `draw ${first + row}`;
  let latents = await timed('embed', () =>
    naming(whose, () => sessions.drawLatents({ seed, first, count, truncation, signal })),
  );
  let embeddings = await timed('embed', () =>
    naming(whose, () => sessions.embed(latents, { signal })),
  );
  const kept = Array.from({ length: count }, () => false);
  // Draws still to be decided, by their place in the batch.
  let open = Array.from(kept.keys());
  const steps = 'gradientSteps' in options.parameters ? options.parameters.gradientSteps : 0;
  for (let step = 0; ; step++) {
    const cosines = await timed('pairs', () => placed.cosines(embeddings));
    const before = placed.count;
    const isPlaced = placed.offer(latents, embeddings, cosines);
    isPlaced.forEach((is, row) => {
      if (is) kept[open[row] ?? 0] = true;
    });
    const rest = isPlaced.flatMap((is, row) => (is ? [] : [row]));
    if (step === steps || rest.length === 0 || placed.count === identities) return kept;
    signal?.throwIfAborted();
    const draws = rest.map((row) => open[row] ?? 0);
    const pushed = await push(context, {
      placed,
      seconds,
      parameters: options.parameters as RepulseParameters,
      latents: pick(latents, sessions.latentDim, rest),
      embeddings: pick(embeddings, sessions.embeddingDim, rest),
      // Of those placed before this turn; the ones placed in it push in the next.
      cosines: pick(cosines, before, rest),
      others: before,
      name: (row) => `draw ${first + (draws[row] ?? 0)} at gradient step ${step + 1}`,
    });
    ({ latents, embeddings } = pushed);
    open = draws;
  }
}

/** Draws to be pushed away from identities that are placed. */
export interface Push extends Pick<BatchOptions, 'placed' | 'seconds'> {
  readonly parameters: RepulseParameters;
  /** [C, D] */
  readonly latents: Float32Array;
  /** [C, E] */
  readonly embeddings: Float32Array;
  /** [C, others] */
  readonly cosines: Float32Array;
  readonly others: number;
  readonly name: (row: number) => string;
}

/** w -= ∂/∂w Σ_j r/2 max(0, ICT - θ_j)² over the identities placed, and the embeddings there. */
export async function push(
  { sessions, clock, signal }: TurnContext,
  { placed, seconds, parameters, latents, embeddings, cosines, others, name }: Push,
): Promise<{ readonly latents: Float32Array; readonly embeddings: Float32Array }> {
  const timed = addSeconds(seconds, clock);
  const dim = sessions.embeddingDim;
  const cotangent = await timed('pairs', async () => {
    const gradient = new Float32Array(embeddings.length);
    const { interClassThreshold: radius, repulsionCoefficient: coefficient } = parameters;
    const limit = Math.cos(radius);
    cosines.forEach((cosine, at) => {
      if (cosine <= limit) return;
      const i = Math.floor(at / others);
      const pair = { a: embeddings, i, b: placed.embeddings, j: at % others, dim };
      addRepulsion(gradient, pair, { radius, coefficient, theta: Math.acos(Math.min(1, cosine)) });
    });
    return gradient;
  });
  const pulled = await timed('pullback', () =>
    naming(name, () => sessions.pullback(latents, cotangent, { signal })),
  );
  const moved = latents.map((value, i) => value - (pulled[i] ?? 0));
  const wrong = moved.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new NotFiniteError('latent', `of ${name(Math.floor(wrong / sessions.latentDim))}`);
  }
  const embedded = await timed('embed', () =>
    naming(name, () => sessions.embed(moved, { signal })),
  );
  return { latents: moved, embeddings: embedded };
}

/** Whole batches: up to DRAWS, and fewer towards the end, where most draws would come too late. */
function batchDraws(batchSize: number, wanted: number): number {
  const whole = (rows: number): number => batchSize * Math.ceil(rows / batchSize);
  return Math.min(whole(DRAWS), Math.max(2 * batchSize, whole(wanted)));
}

function pick(data: Float32Array, width: number, rows: readonly number[]): Float32Array {
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    picked.set(data.subarray(row * width, (row + 1) * width), at * width);
  });
  return picked;
}

function emptyState(): ReferenceState {
  const none = new Float32Array(0);
  return { iteration: 0, latents: none, embeddings: none, refused: 0 };
}

function checkState(state: ReferenceState, options: TurnOptions, sessions: ChainSessions): void {
  const { latentDim: D, embeddingDim: E } = sessions;
  const count = state.latents.length / D;
  const fits = Number.isInteger(count) && state.embeddings.length === count * E;
  if (fits && count <= options.identities && count <= state.iteration) return;
  throw new CheckpointError(
    `The checkpoint after ${state.iteration} draws holds ${state.latents.length} latent and ${state.embeddings.length} embedding numbers, which is no set of at most ${options.identities} identities of ${D} and ${E} numbers.`,
  );
}
