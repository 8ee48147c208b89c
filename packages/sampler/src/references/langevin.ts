/** @file One Langevin iteration: all identities at once, each pushed by all the others. */

import { naming } from '../chain/finite.ts';
import type { ChainSessions } from '../chain/index.ts';
import { NotFiniteError, ParameterError } from '../errors.ts';
import type { PairEngine, Repulsion, Summary } from '../pairs/index.ts';
import { Spread } from '../pairs/accumulators.ts';
import { normal, STREAMS } from '../random/random.ts';
import type { LangevinParameters } from './parameters.ts';
import { addSeconds } from './statistics.ts';
import type {
  ForceStatistics,
  PhaseSeconds,
  ReferenceState,
  ReferenceStatistics,
} from './statistics.ts';

/** What a step needs besides the state. */
export interface LangevinContext {
  readonly sessions: ChainSessions;
  readonly pairs: PairEngine;
  readonly seed: number;
  /** Unit embeddings [M, E] of constant repulsion, with constantDistance above 0. */
  readonly gallery: Float32Array | null;
  /** Seconds. */
  readonly clock: () => number;
  readonly signal?: AbortSignal | undefined;
}

export interface LangevinStep {
  readonly state: ReferenceState;
  readonly info: ReferenceStatistics;
  /** Whether nothing moves any more: every force was 0, and the state is the one given. */
  readonly atRest: boolean;
}

/**
 * w_i += dt/μ f_i + sqrt(dt)/μ η0 N(0, I), with f = -∂U/∂w + k_l (w_avg - w). The result is a
 * function of the state, the parameters and the seed alone.
 *
 * @returns the next state, and statistics of the given one with the forces that acted on it
 */
export async function langevinStep(
  context: LangevinContext,
  state: ReferenceState,
  parameters: LangevinParameters,
): Promise<LangevinStep> {
  const { sessions, signal, clock } = context;
  const seconds: PhaseSeconds = { pairs: 0, pullback: 0, update: 0, embed: 0 };
  const timed = addSeconds(seconds, clock);

  const { gradient, statistics, galleryTheta } = await timed('pairs', () =>
    potential(context, state, parameters),
  );
  const distance = await timed('pairs', () =>
    context.pairs.distances(state.latents, { centre: sessions.average, signal }),
  );
  const whose = (row: number): string => `identity ${row} at iteration ${state.iteration}`;
  const pulled = await timed('pullback', () =>
    naming(whose, () => sessions.pullback(state.latents, gradient, { signal })),
  );
  const moved = await timed('update', () =>
    Promise.resolve(move(context, { state, pulled, parameters, closest: distance.min })),
  );
  const embeddings = moved.atRest
    ? state.embeddings
    : await timed('embed', () =>
        naming(
          (row) => `identity ${row} after iteration ${state.iteration}`,
          () => sessions.embed(moved.latents, { signal }),
        ),
      );
  return {
    state: { iteration: state.iteration + 1, latents: moved.latents, embeddings },
    info: {
      iteration: state.iteration,
      theta: statistics.theta,
      aboveIct: statistics.aboveIct,
      closest: statistics.closest,
      galleryTheta,
      latentDistance: distance,
      meanRadius: meanRadius(state.latents, sessions.average),
      forces: moved.forces,
      timestep: moved.timestep,
      seconds,
    },
    atRest: moved.atRest,
  };
}

/** Mean |w - w_avg|. */
export function meanRadius(latents: Float32Array, average: Float32Array): number {
  const D = average.length;
  let sum = 0;
  for (let row = 0; row < latents.length; row += D) {
    let square = 0;
    for (let d = 0; d < D; d++) square += ((latents[row + d] ?? 0) - (average[d] ?? 0)) ** 2;
    sum += Math.sqrt(square);
  }
  return (sum * D) / latents.length;
}

async function potential(
  context: LangevinContext,
  state: ReferenceState,
  parameters: LangevinParameters,
): Promise<Repulsion & { readonly galleryTheta: Summary | null }> {
  const { pairs, gallery, signal } = context;
  const options = {
    coefficient: parameters.repulsionCoefficient,
    ict: parameters.interClassThreshold,
    signal,
  };
  const mutual = await pairs.repulsion(state.embeddings, {
    ...options,
    radius: parameters.repulsionRadius,
  });
  if (gallery === null) return { ...mutual, galleryTheta: null };
  const constant = await pairs.galleryRepulsion(state.embeddings, gallery, {
    ...options,
    radius: parameters.constantDistance,
  });
  const gradient = mutual.gradient.map((value, i) => value + (constant.gradient[i] ?? 0));
  return { gradient, statistics: mutual.statistics, galleryTheta: constant.statistics.theta };
}

interface Moved {
  readonly latents: Float32Array;
  readonly forces: ForceStatistics;
  readonly timestep: number;
  readonly atRest: boolean;
}

function move(
  context: LangevinContext,
  input: {
    readonly state: ReferenceState;
    readonly pulled: Float32Array;
    readonly parameters: LangevinParameters;
    readonly closest: number;
  },
): Moved {
  const { state, pulled, parameters, closest } = input;
  const average = context.sessions.average;
  const D = average.length;
  const force = new Float64Array(pulled.length);
  const spreads = {
    interaction: new Spread(),
    latent: new Spread(),
    random: new Spread(),
    total: new Spread(),
  };
  for (let row = 0; row < pulled.length; row += D) {
    const square = { interaction: 0, latent: 0, total: 0 };
    for (let d = 0; d < D; d++) {
      const interaction = -(pulled[row + d] ?? 0);
      const latent = parameters.latentForce * ((average[d] ?? 0) - (state.latents[row + d] ?? 0));
      const total = interaction + latent;
      force[row + d] = total;
      square.interaction += interaction * interaction;
      square.latent += latent * latent;
      square.total += total * total;
    }
    spreads.interaction.add(Math.sqrt(square.interaction));
    spreads.latent.add(Math.sqrt(square.latent));
    spreads.total.add(Math.sqrt(square.total));
  }
  const strongest = spreads.total.summary().max;
  const atRest = strongest === 0;
  const timestep = atRest ? 0 : stepLength(parameters, closest, strongest);
  const latents = atRest
    ? state.latents
    : advance(context, { state, force, parameters, timestep, random: spreads.random });
  return {
    latents,
    timestep,
    atRest,
    forces: {
      interaction: spreads.interaction.summary(),
      latent: spreads.latent.summary(),
      random: spreads.random.summary(),
      total: spreads.total.summary(),
    },
  };
}

/** dt, or τ μ min |w_i - w_j| / max |f_i|. */
function stepLength(parameters: LangevinParameters, closest: number, strongest: number): number {
  const { timestep, viscousCoefficient } = parameters;
  if (timestep > 0) return timestep;
  if (closest === 0) {
    throw new ParameterError(
      'timestep',
      'is adaptive, but two identities have the same latent, so that the step would be 0 for ever; use a fixed timestep or another seed.',
    );
  }
  return (-timestep * viscousCoefficient * closest) / strongest;
}

function advance(
  context: LangevinContext,
  input: {
    readonly state: ReferenceState;
    readonly force: Float64Array;
    readonly parameters: LangevinParameters;
    readonly timestep: number;
    readonly random: Spread;
  },
): Float32Array {
  const { state, force, parameters, timestep, random } = input;
  const D = context.sessions.latentDim;
  const drift = timestep / parameters.viscousCoefficient;
  const noise = (Math.sqrt(timestep) / parameters.viscousCoefficient) * parameters.randomForce;
  const latents = new Float32Array(state.latents.length);
  const draw = new Float64Array(D);
  for (let identity = 0; identity * D < latents.length; identity++) {
    const { iteration } = state;
    normal({ seed: context.seed, stream: STREAMS.langevinForce, identity, iteration }, draw);
    let square = 0;
    for (let d = 0; d < D; d++) {
      const at = identity * D + d;
      const kick = draw[d] ?? 0;
      const value = (state.latents[at] ?? 0) + drift * (force[at] ?? 0) + noise * kick;
      if (!Number.isFinite(value)) {
        throw new NotFiniteError('latent', `of identity ${identity} after iteration ${iteration}`);
      }
      latents[at] = value;
      square += kick * kick;
    }
    random.add(parameters.randomForce * Math.sqrt(square));
  }
  return latents;
}
