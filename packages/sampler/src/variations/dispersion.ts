/** @file A step of Dispersion and DisCo: the variations of a few identities, moved together. */

import { naming } from '../chain/finite.ts';
import type { ChainSessions } from '../chain/index.ts';
import { NotFiniteError, ParameterError } from '../errors.ts';
import { distanceBetween } from '../pairs/index.ts';
import { normal, STREAMS } from '../random/random.ts';
import { VariationCollector } from './statistics.ts';

/** Dispersion's parameters with lengths in latent units. */
export interface ResolvedDispersion {
  readonly iterations: number;
  readonly variations: number;
  readonly embeddingCoefficient: number;
  readonly latentCoefficient: number;
  readonly latentRadius: number;
  readonly latentGlobalCoefficient: number;
  readonly randomForce: number;
  readonly viscousCoefficient: number;
  readonly timestep: number;
  readonly initialNoise: number;
}

/** The references of consecutive identities. */
export interface VariationGroup {
  /** Number of the first identity within the run: part of the random numbers' keys. */
  readonly first: number;
  readonly count: number;
  /** [count, D] */
  readonly latents: Float32Array;
  /** Unit embeddings, [count, E]. */
  readonly embeddings: Float32Array;
}

export interface DispersionState {
  readonly iteration: number;
  /** [count, A, D] */
  readonly latents: Float32Array;
}

export interface DispersionContext {
  readonly sessions: ChainSessions;
  readonly seed: number;
  readonly group: VariationGroup;
  readonly parameters: ResolvedDispersion;
  readonly signal?: AbortSignal | undefined;
}

/**
 * w_a += dt/μ (f_emb + f_rep + f_glob + η0 N(0, I)).
 *
 * @returns the next state, and statistics of the given one
 */
export async function dispersionStep(
  context: DispersionContext,
  state: DispersionState,
): Promise<{ readonly state: DispersionState; readonly info: VariationCollector }> {
  const { sessions, group, parameters, signal } = context;
  const references = repeatRows(group.embeddings, sessions.embeddingDim, parameters.variations);
  const { variations } = parameters;
  const { theta, gradient } = await naming(
    (row) =>
      `variation ${row % variations} of identity ${group.first + Math.floor(row / variations)} at iteration ${state.iteration}`,
    () =>
      sessions.dispersionGradient(state.latents, references, {
        signal,
        batchRows: batchRows(sessions, variations),
      }),
  );
  const info = new VariationCollector();
  for (const angle of theta) info.theta.add(angle);
  const latents = new Float32Array(state.latents.length);
  for (let i = 0; i < group.count; i++)
    moveIdentity(context, { state, gradient, latents, info, i });
  return { state: { iteration: state.iteration + 1, latents }, info };
}

/** Rows per batch: whole identities as far as they fit, so that every cut starts at an identity. */
export function batchRows({ batchSize }: ChainSessions, variations: number): number {
  return variations > batchSize ? batchSize : batchSize - (batchSize % variations);
}

/** Each row `times` times in succession. */
export function repeatRows(rows: Float32Array, width: number, times: number): Float32Array {
  const repeated = new Float32Array(rows.length * times);
  for (let row = 0; row * width < rows.length; row++) {
    const source = rows.subarray(row * width, (row + 1) * width);
    for (let t = 0; t < times; t++) repeated.set(source, (row * times + t) * width);
  }
  return repeated;
}

interface Move {
  readonly state: DispersionState;
  readonly gradient: Float32Array;
  /** Written. */
  readonly latents: Float32Array;
  readonly info: VariationCollector;
  /** Index of the identity within the group. */
  readonly i: number;
}

function moveIdentity(
  context: DispersionContext,
  { state, gradient, latents, info, i }: Move,
): void {
  const { sessions, parameters: p, seed, group } = context;
  const D = sessions.latentDim;
  const A = p.variations;
  const start = i * A * D;
  const w = state.latents.subarray(start, start + A * D);
  const { repulsion, closest } = latentRepulsion(w, { A, D, parameters: p, info });
  const force = new Float64Array(A * D);
  let strongest = 0;
  for (let a = 0; a < A; a++) {
    const square = { embedding: 0, repulsion: 0, global: 0, total: 0 };
    for (let d = 0; d < D; d++) {
      const k = a * D + d;
      const embedding = -p.embeddingCoefficient * (gradient[start + k] ?? 0);
      const apart = repulsion[k] ?? 0;
      const global = p.latentGlobalCoefficient * ((sessions.average[d] ?? 0) - (w[k] ?? 0));
      const total = embedding + apart + global;
      force[k] = total;
      square.embedding += embedding * embedding;
      square.repulsion += apart * apart;
      square.global += global * global;
      square.total += total * total;
    }
    info.embedding.add(Math.sqrt(square.embedding));
    info.repulsion.add(Math.sqrt(square.repulsion));
    info.global.add(Math.sqrt(square.global));
    info.total.add(Math.sqrt(square.total));
    strongest = Math.max(strongest, Math.sqrt(square.total));
  }
  const timestep = stepLength(p, closest, strongest);
  info.timestep.add(timestep);
  const identity = group.first + i;
  const draw = new Float64Array(A * D);
  normal({ seed, stream: STREAMS.dispersionForce, identity, iteration: state.iteration }, draw);
  const drift = timestep / p.viscousCoefficient;
  for (let k = 0; k < A * D; k++) {
    const value = (w[k] ?? 0) + drift * ((force[k] ?? 0) + p.randomForce * (draw[k] ?? 0));
    if (!Number.isFinite(value)) {
      throw new NotFiniteError(
        'latent',
        `of variation ${Math.floor(k / D)} of identity ${identity} after iteration ${state.iteration}`,
      );
    }
    latents[start + k] = value;
  }
}

/** Σ_b k_w max(0, dw0 - |w_a - w_b|) (w_a - w_b) / |w_a - w_b|; coinciding variations have no direction. */
function latentRepulsion(
  w: Float32Array,
  options: {
    readonly A: number;
    readonly D: number;
    readonly parameters: ResolvedDispersion;
    readonly info: VariationCollector;
  },
): { readonly repulsion: Float64Array; readonly closest: number } {
  const { A, D, parameters, info } = options;
  const repulsion = new Float64Array(A * D);
  let closest = Infinity;
  for (let a = 0; a < A; a++) {
    for (let b = a + 1; b < A; b++) {
      const distance = distanceBetween({ a: w, i: a, b: w, j: b, dim: D });
      info.latentDistance.add(distance);
      closest = Math.min(closest, distance);
      const push = parameters.latentCoefficient * Math.max(0, parameters.latentRadius - distance);
      if (push === 0 || distance === 0) continue;
      const factor = push / distance;
      for (let d = 0; d < D; d++) {
        const part = factor * ((w[a * D + d] ?? 0) - (w[b * D + d] ?? 0));
        repulsion[a * D + d] = (repulsion[a * D + d] ?? 0) + part;
        repulsion[b * D + d] = (repulsion[b * D + d] ?? 0) - part;
      }
    }
  }
  return { repulsion, closest };
}

/** dt, or per identity τ μ min |w_a - w_b| / max |f_a|; 0 when no force acts. */
function stepLength(p: ResolvedDispersion, closest: number, strongest: number): number {
  if (p.timestep > 0) return p.timestep;
  if (strongest === 0) return 0;
  if (closest === Infinity || closest === 0) {
    throw new ParameterError(
      'timestep',
      closest === 0
        ? 'is adaptive, but two variations have the same latent, so that the step would be 0 for ever; use a fixed timestep or initialNoise above 0.'
        : 'is adaptive, which needs at least two variations; use a fixed timestep.',
    );
  }
  return (-p.timestep * p.viscousCoefficient * closest) / strongest;
}
