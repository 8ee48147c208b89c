/**
 * @file Seconds of one Langevin iteration on the built-in pair, per phase, and how often the same iteration takes one identity at a time.
 *
 * node benchmarks/langevin.ts [--identities 100,1000,10000] [--sample 40] [--batch auto] [--threads n] [--seed 1] [--json]
 *
 * "One at a time" is the published way: the gradient and the embedding of an identity are runs of their own on all cores, and one row of
 * pairs is computed against all others. Its cost is the same for every identity, so that `--sample` of them are timed and the seconds
 * multiplied by identities / sample; both numbers are in the output. Its latents are compared with ours (`difference`).
 *
 * Prints an array of { identities, seconds, secondsPerPhase, oneAtATime, ratio } as JSON, or lines to read.
 */

import { buildChain, langevinStep, normal, openChain, openPairs, STREAMS } from '@colloid/sampler';
import { checkParameters, findPreset } from '@colloid/sampler/recipe';
import type {
  ChainSessions,
  LangevinParameters,
  LangevinStep,
  ReferenceState,
  Runtime,
  Session,
} from '@colloid/sampler';

import { openBuiltInPair } from './built-in-pair.ts';
import { readOptions } from './options.ts';

/** Rows of a batch that are tried for `--batch auto`. */
const BATCHES = [4, 8, 16, 32] as const;
const TRIED_ROWS = 64;

interface OneAtATime {
  /** Identities that were timed. */
  readonly sample: number;
  /** Of a whole iteration: the time of the sample times identities / sample. */
  readonly seconds: number;
  readonly secondsPerPhase: {
    readonly pairs: number;
    readonly pullback: number;
    readonly embed: number;
  };
  /** Largest difference between its latents and ours. */
  readonly difference: number;
}

const values = readOptions({
  identities: { type: 'string', default: '100,1000,10000' },
  sample: { type: 'string', default: '40' },
  batch: { type: 'string', default: 'auto' },
  threads: { type: 'string' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
});
const clock = (): number => performance.now() / 1000;
const seed = Number(values.seed);
const threads = values.threads === undefined ? undefined : Number(values.threads);
const preset = findPreset('built-in-standard')?.recipe.references;
if (preset?.algorithm !== 'langevin')
  throw new Error('the preset built-in-standard has no Langevin');
const parameters = checkParameters('langevin', { ...preset.parameters, iterations: 1 });

const pair = await openBuiltInPair({ batchSize: 1, threads });
const { runtime, chain } = pair;
const batch = values.batch === 'auto' ? await fastestBatch() : Number(values.batch);
const sessions = await openChain(runtime, chain, { batchSize: batch });
const single = await openSingle(runtime);
// Loads every graph before the clock runs.
await iteration(await draw(2 * batch * sessions.lanes));

const results: unknown[] = [];
for (const identities of values.identities.split(',').map(Number)) {
  const state = await draw(identities);
  const start = clock();
  const step = await iteration(state);
  const seconds = clock() - start;
  const oneAtATime = await oneByOne(state, step);
  const ratio = oneAtATime.seconds / seconds;
  const result = {
    identities,
    seconds,
    secondsPerPhase: step.info.seconds,
    oneAtATime,
    ratio,
    batch,
    lanes: sessions.lanes,
    threads: runtime.threads,
    provider: runtime.provider,
  };
  results.push(result);
  if (!values.json) {
    const phases = Object.entries(step.info.seconds)
      .map(([phase, took]) => `${phase} ${took.toFixed(2)}`)
      .join(', ');
    console.log(
      `${identities} identities: ${seconds.toFixed(2)} s (${phases}); one at a time ${oneAtATime.seconds.toFixed(2)} s, from ${oneAtATime.sample} of them: ${ratio.toFixed(1)} times as long`,
    );
  }
}
if (values.json) console.log(JSON.stringify(results, null, 2));
await sessions.close();
await pair.close();

async function draw(identities: number): Promise<ReferenceState> {
  const latents = await sessions.drawLatents({
    seed,
    first: 0,
    count: identities,
    truncation: 0.7,
  });
  return { iteration: 0, latents, embeddings: await sessions.embed(latents) };
}

async function iteration(state: ReferenceState): Promise<LangevinStep> {
  const pairs = openPairs(runtime, { embeddingDim: sessions.embeddingDim });
  try {
    return await langevinStep({ sessions, pairs, seed, gallery: null, clock }, state, parameters);
  } finally {
    await pairs.close();
  }
}

/** The batch size whose gradients take least on this machine. */
async function fastestBatch(): Promise<number> {
  let best = { size: 0, seconds: Infinity };
  for (const size of BATCHES) {
    const tried = await openChain(runtime, chain, { batchSize: size });
    const rows = Math.max(TRIED_ROWS, 2 * size);
    const latents = await tried.drawLatents({ seed, first: 0, count: rows, truncation: 0.7 });
    const cotangent = new Float32Array(rows * tried.embeddingDim).fill(0.1);
    await warm(tried, latents, cotangent);
    const start = clock();
    await tried.pullback(latents, cotangent);
    const seconds = (clock() - start) / rows;
    if (seconds < best.seconds) best = { size, seconds };
    await tried.close();
  }
  return best.size;
}

async function warm(
  opened: ChainSessions,
  latents: Float32Array,
  cotangent: Float32Array,
): Promise<void> {
  const rows = opened.batchSize * opened.lanes;
  await opened.pullback(
    latents.subarray(0, rows * opened.latentDim),
    cotangent.subarray(0, rows * opened.embeddingDim),
  );
}

interface Single {
  readonly pullback: Session;
  readonly embed: Session;
}

/** Sessions that give a single row all cores. */
async function openSingle(on: Runtime): Promise<Single> {
  const plain = buildChain({ generator: chain.generator, recogniser: chain.recogniser });
  return {
    pullback: await on.session(await plain.encoded('pullback'), { name: 'gradient of one' }),
    embed: await on.session(await plain.encoded('embed'), { name: 'embedding of one' }),
  };
}

async function oneByOne(state: ReferenceState, step: LangevinStep): Promise<OneAtATime> {
  const D = sessions.latentDim;
  const identities = state.latents.length / D;
  const sample = Math.min(identities, Number(values.sample));
  const seconds = { pairs: 0, pullback: 0, embed: 0 };
  let difference = 0;
  await moveOne(state, step, { i: 0, seconds: { ...seconds } });
  for (let k = 0; k < sample; k++) {
    const i = Math.floor((k * identities) / sample);
    const moved = await moveOne(state, step, { i, seconds });
    moved.forEach((x, d) => {
      difference = Math.max(difference, Math.abs(x - (step.state.latents[i * D + d] ?? 0)));
    });
  }
  const scale = identities / sample;
  const scaled = {
    pairs: seconds.pairs * scale,
    pullback: seconds.pullback * scale,
    embed: seconds.embed * scale,
  };
  return {
    sample,
    seconds: scaled.pairs + scaled.pullback + scaled.embed,
    secondsPerPhase: scaled,
    difference,
  };
}

/** What an iteration does for identity i, every run with one row. */
async function moveOne(
  state: ReferenceState,
  { info }: LangevinStep,
  of: {
    readonly i: number;
    readonly seconds: { pairs: number; pullback: number; embed: number };
  },
): Promise<Float32Array> {
  const { i, seconds } = of;
  const { latentDim: D, embeddingDim: E } = sessions;
  const w = state.latents.slice(i * D, (i + 1) * D);
  let start = clock();
  const gradient = rowGradient(state, i, parameters);
  seconds.pairs += clock() - start;

  start = clock();
  const outputs = await single.pullback.run({
    w: { dtype: 'float32', dims: [1, D], data: w },
    [cotangentName()]: { dtype: 'float32', dims: [1, E], data: gradient },
  });
  const pulled = outputs['w_grad']?.data as Float32Array;
  seconds.pullback += clock() - start;

  const dt = info.timestep ?? 0;
  const noise = new Float64Array(D);
  const { iteration: at } = state;
  normal({ seed, stream: STREAMS.langevinForce, identity: i, iteration: at }, noise);
  const { viscousCoefficient: mu, latentForce, randomForce } = parameters;
  const moved = w.map((x, d) => {
    const force = latentForce * ((sessions.average[d] ?? 0) - x) - (pulled[d] ?? 0);
    return x + (dt / mu) * force + (Math.sqrt(dt) / mu) * randomForce * (noise[d] ?? 0);
  });
  start = clock();
  await single.embed.run({ w: { dtype: 'float32', dims: [1, D], data: moved } });
  seconds.embed += clock() - start;
  return moved;
}

function cotangentName(): string {
  const name = single.pullback.inputNames.find((input) => input !== 'w');
  if (name === undefined) throw new Error('the gradient graph has no cotangent');
  return name;
}

/** dU_i/dê_i and the latent distances of one row, against all others. */
function rowGradient(
  { latents, embeddings }: ReferenceState,
  i: number,
  { repulsionRadius, repulsionCoefficient }: LangevinParameters,
): Float32Array {
  const { latentDim: D, embeddingDim: E } = sessions;
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
