/**
 * @file Seconds of one Langevin iteration on the built-in pair, per phase, and how many times as long the published way takes.
 *
 * node benchmarks/langevin.ts [--identities 100,1000,10000] [--sample 40] [--runs 24] [--tuned] [--batch auto] [--threads n] [--seed 1] [--json]
 *
 * The published way differentiates one identity after another. It is timed twice, beside ours in the same run: `published` as the
 * authors' package does it, in PyTorch (null where COLLOID_PYTHON, else python3 on the PATH, has no torch; with `--tuned` it is given our
 * settings of the allocator), and `oneAtATime` on our own runtime with one row a run. The cost is the same for every identity, so that a few of them are timed (`--runs`, `--sample`) and
 * multiplied; ours is always timed whole.
 *
 * Prints an array of { identities, seconds, secondsPerPhase, published, ratioToPublished, oneAtATime, ratioToOneAtATime } as JSON, or lines to read.
 */

import { langevinStep, openChain, openPairs } from '@colloid/sampler';
import { checkParameters, findPreset } from '@colloid/sampler/recipe';
import type { ChainSessions, LangevinStep, ReferenceState } from '@colloid/sampler';

import { openBuiltInPair } from './built-in-pair.ts';
import { oneByOne, openSingle, rowGradient } from './langevin/one-at-a-time.ts';
import type { OneAtATime } from './langevin/one-at-a-time.ts';
import { PublishedWay } from './langevin/published.ts';
import type { Published } from './langevin/published.ts';
import { readOptions } from './options.ts';

/** Rows of a batch that are tried for `--batch auto`. */
const BATCHES = [4, 8, 16, 32] as const;
const TRIED_ROWS = 64;

interface Row {
  readonly identities: number;
  readonly seconds: number;
  readonly secondsPerPhase: LangevinStep['info']['seconds'];
  readonly published: Published | null;
  readonly ratioToPublished: number | null;
  readonly oneAtATime: OneAtATime;
  readonly ratioToOneAtATime: number;
  readonly batch: number;
  readonly lanes: number;
  readonly threads: number;
  readonly provider: string;
}

const values = readOptions({
  identities: { type: 'string', default: '100,1000,10000' },
  sample: { type: 'string', default: '40' },
  runs: { type: 'string', default: '24' },
  tuned: { type: 'boolean', default: false },
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
const single = await openSingle(runtime, chain, { sessions, parameters, seed });
// Loads every graph before the clock runs.
await iteration(await draw(2 * batch * sessions.lanes));

const results: Row[] = [];
for (const identities of values.identities.split(',').map(Number)) {
  const row = await measure(await draw(identities));
  results.push(row);
  if (!values.json) console.log(describe(row));
}
if (values.json) console.log(JSON.stringify(results, null, 2));
await sessions.close();
await pair.close();

async function measure(state: ReferenceState): Promise<Row> {
  const { latentDim: D } = sessions;
  const identities = state.latents.length / D;
  const cotangent = rowGradient(single, state, 0);
  const way = await PublishedWay.open({
    chain,
    latents: state.latents,
    cotangent,
    threads: runtime.threads,
    allocator: values.tuned ? 'tuned' : 'default',
  });
  const runs = Number(values.runs);
  const before = Math.ceil(runs / 2);
  // Half of its runs before ours and half after: machines that are shared get faster and slower within a minute.
  await way?.time(before);
  const start = clock();
  const step = await iteration(state);
  const seconds = clock() - start;
  await way?.time(runs - before);
  const gradient = await sessions.pullback(state.latents.subarray(0, D), cotangent);
  const published = way?.report(identities, gradient) ?? null;
  await way?.close();
  const oneAtATime = await oneByOne(single, state, { step, sample: Number(values.sample) });
  return {
    identities,
    seconds,
    secondsPerPhase: step.info.seconds,
    published,
    ratioToPublished: published === null ? null : published.seconds / seconds,
    oneAtATime,
    ratioToOneAtATime: oneAtATime.seconds / seconds,
    batch,
    lanes: sessions.lanes,
    threads: runtime.threads,
    provider: runtime.provider,
  };
}

function describe(row: Row): string {
  const phases = Object.entries(row.secondsPerPhase)
    .map(([phase, took]) => `${phase} ${took.toFixed(2)}`)
    .join(', ');
  const { published, oneAtATime } = row;
  const beside =
    published === null
      ? 'no PyTorch beside it'
      : `the published way in PyTorch ${published.seconds.toFixed(1)} s, ${row.ratioToPublished?.toFixed(2)} times as long`;
  return `${row.identities} identities: ${row.seconds.toFixed(2)} s (${phases}); ${beside}; one at a time on our runtime ${oneAtATime.seconds.toFixed(1)} s, ${row.ratioToOneAtATime.toFixed(2)} times as long`;
}

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
