/** @file A Langevin iteration one identity after another on our own runtime: every run has one row and all cores. */

import { buildChain, normal, STREAMS } from '@colloid/sampler';
import type {
  Chain,
  ChainSessions,
  LangevinParameters,
  LangevinStep,
  ReferenceState,
  Runtime,
  Session,
} from '@colloid/sampler';

export interface OneAtATime {
  /** Identities that were timed. */
  readonly sample: number;
  /** Of a whole iteration: the time of the sample times identities / sample. */
  readonly seconds: number;
  readonly secondsPerPhase: Seconds;
  /** Largest difference between its latents and ours. */
  readonly difference: number;
}

type Seconds = Readonly<Record<'pairs' | 'pullback' | 'embed', number>>;

export interface Single {
  readonly sessions: ChainSessions;
  readonly parameters: LangevinParameters;
  readonly seed: number;
  readonly pullback: Session;
  readonly embed: Session;
}

/** Seconds. */
const clock = (): number => performance.now() / 1000;

export async function openSingle(
  runtime: Runtime,
  chain: Chain,
  context: Pick<Single, 'sessions' | 'parameters' | 'seed'>,
): Promise<Single> {
  const { generator, recogniser } = chain;
  const plain = buildChain({ generator, recogniser });
  return {
    ...context,
    pullback: await runtime.session(await plain.encoded('pullback'), { name: 'gradient of one' }),
    embed: await runtime.session(await plain.encoded('embed'), { name: 'embedding of one' }),
  };
}

/** Times `sample` identities, spread over all: the cost is the same for every one. */
export async function oneByOne(
  single: Single,
  state: ReferenceState,
  { step, sample: most }: { readonly step: LangevinStep; readonly sample: number },
): Promise<OneAtATime> {
  const { latentDim: D } = single.sessions;
  const identities = state.latents.length / D;
  const sample = Math.min(identities, most);
  const total = { pairs: 0, pullback: 0, embed: 0 };
  let difference = 0;
  await moveOne(single, state, { step, i: 0 });
  for (let k = 0; k < sample; k++) {
    const i = Math.floor((k * identities) / sample);
    const { latent, seconds } = await moveOne(single, state, { step, i });
    total.pairs += seconds.pairs;
    total.pullback += seconds.pullback;
    total.embed += seconds.embed;
    latent.forEach((x, d) => {
      difference = Math.max(difference, Math.abs(x - (step.state.latents[i * D + d] ?? 0)));
    });
  }
  const scale = identities / sample;
  const secondsPerPhase = {
    pairs: total.pairs * scale,
    pullback: total.pullback * scale,
    embed: total.embed * scale,
  };
  const { pairs, pullback, embed } = secondsPerPhase;
  return { sample, seconds: pairs + pullback + embed, secondsPerPhase, difference };
}

/** What an iteration does for identity i. */
async function moveOne(
  single: Single,
  state: ReferenceState,
  { step, i }: { readonly step: LangevinStep; readonly i: number },
): Promise<{ readonly latent: Float32Array; readonly seconds: Seconds }> {
  const { latentDim: D, embeddingDim: E } = single.sessions;
  const w = state.latents.slice(i * D, (i + 1) * D);
  const start = clock();
  const gradient = rowGradient(single, state, i);
  const paired = clock();
  const outputs = await single.pullback.run({
    w: { dtype: 'float32', dims: [1, D], data: w },
    [cotangentName(single.pullback)]: { dtype: 'float32', dims: [1, E], data: gradient },
  });
  const pulled = clock();
  const latent = move(single, w, {
    i,
    slope: outputs['w_grad']?.data as Float32Array,
    dt: step.info.timestep ?? 0,
    iteration: state.iteration,
  });
  const moved = clock();
  await single.embed.run({ w: { dtype: 'float32', dims: [1, D], data: latent } });
  return {
    latent,
    seconds: { pairs: paired - start, pullback: pulled - paired, embed: clock() - moved },
  };
}

function move(
  { sessions, parameters, seed }: Single,
  w: Float32Array,
  of: {
    readonly i: number;
    readonly slope: Float32Array;
    readonly dt: number;
    readonly iteration: number;
  },
): Float32Array {
  const { i, slope, dt, iteration } = of;
  const noise = new Float64Array(w.length);
  normal({ seed, stream: STREAMS.langevinForce, identity: i, iteration }, noise);
  const { viscousCoefficient: mu, latentForce, randomForce } = parameters;
  return w.map((x, d) => {
    const force = latentForce * ((sessions.average[d] ?? 0) - x) - (slope[d] ?? 0);
    return x + (dt / mu) * force + (Math.sqrt(dt) / mu) * randomForce * (noise[d] ?? 0);
  });
}

function cotangentName(pullback: Session): string {
  const name = pullback.inputNames.find((input) => input !== 'w');
  if (name === undefined) throw new Error('the gradient graph has no cotangent');
  return name;
}

/** dU_i/dê_i and the latent distances of one row, against all others. */
export function rowGradient(
  { sessions, parameters }: Pick<Single, 'sessions' | 'parameters'>,
  { latents, embeddings }: ReferenceState,
  i: number,
): Float32Array {
  const { latentDim: D, embeddingDim: E } = sessions;
  const { repulsionRadius, repulsionCoefficient } = parameters;
  const gradient = new Float32Array(E);
  let closest = Infinity;
  for (let j = 0; j * E < embeddings.length; j++) {
    if (j === i) continue;
    let cosine = 0;
    for (let d = 0; d < E; d++) {
      cosine += (embeddings[i * E + d] ?? 0) * (embeddings[j * E + d] ?? 0);
    }
    const theta = Math.acos(Math.min(1, Math.max(-1, cosine)));
    let square = 0;
    for (let d = 0; d < D; d++) {
      square += ((latents[i * D + d] ?? 0) - (latents[j * D + d] ?? 0)) ** 2;
    }
    closest = Math.min(closest, square);
    const weight =
      (repulsionCoefficient * Math.max(0, repulsionRadius - theta)) /
      Math.sqrt(Math.max(1e-12, 1 - cosine * cosine));
    if (weight === 0) continue;
    for (let d = 0; d < E; d++) {
      gradient[d] = (gradient[d] ?? 0) + weight * (embeddings[j * E + d] ?? 0);
    }
  }
  if (closest === 0) throw new Error(`identity ${i} has the latent of another one`);
  return gradient;
}
