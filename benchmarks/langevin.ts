/**
 * @file Langevin and Dispersion on the built-in pair: what they gain and how long they take.
 *
 * node benchmarks/langevin.ts [--identities 100] [--iterations 30] [--variations 8] [--batch 4] [--threads n]
 *
 * Everything else is the preset built-in-quick.
 * Prints one line per iteration to stderr and one JSON object to stdout.
 */

import { builtInModels } from '@colloid/models';
import {
  buildChain,
  findPreset,
  loadGenerator,
  loadRecogniser,
  measure,
  openChain,
  openRuntime,
  sampleReferences,
  sampleVariations,
} from '@colloid/sampler';

import { readOptions } from './options.ts';

const values = readOptions({
  identities: { type: 'string', default: '100' },
  iterations: { type: 'string', default: '30' },
  variations: { type: 'string', default: '8' },
  'variation-iterations': { type: 'string', default: '8' },
  batch: { type: 'string', default: '4' },
  threads: { type: 'string' },
  seed: { type: 'string', default: '1' },
});
const clock = (): number => performance.now() / 1000;
const folder = (kind: 'generator' | 'recogniser'): string => {
  const model = builtInModels.find((candidate) => candidate.kind === kind);
  if (model === undefined) throw new Error(`there is no built-in ${kind}`);
  return model.folder;
};

const runtime = await openRuntime({
  provider: 'cpu',
  ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
});
const generator = await loadGenerator(folder('generator'));
const recogniser = await loadRecogniser(folder('recogniser'));
const sessions = await openChain(runtime, buildChain({ generator, recogniser }), {
  batchSize: Number(values.batch),
});
const seed = Number(values.seed);
const quick = findPreset('built-in-quick')?.recipe;
if (quick?.references.algorithm !== 'langevin' || quick.variations === null) {
  throw new Error('the preset built-in-quick has other algorithms now');
}
const ict = quick.references.parameters.interClassThreshold;

const started = clock();
const run = sampleReferences(
  sessions,
  {
    algorithm: 'langevin',
    identities: Number(values.identities),
    seed,
    parameters: { ...quick.references.parameters, iterations: Number(values.iterations) },
  },
  { clock },
);
let step = await run.next();
while (step.done !== true) {
  const { iteration, theta, aboveIct, meanRadius, timestep } = step.value.statistics;
  console.error(
    `${iteration}: θ min ${theta.min.toFixed(3)} mean ${theta.mean.toFixed(3)}, above ICT ${(100 * aboveIct).toFixed(2)} %, |w - w_avg| ${meanRadius.toFixed(3)}, dt ${timestep?.toFixed(4)}`,
  );
  step = await run.next();
}
const references = step.value;
const referenceSeconds = clock() - started;

const variationStart = clock();
const dispersion = sampleVariations(sessions, {
  algorithm: 'dispersion',
  parameters: {
    ...quick.variations.parameters,
    variations: Number(values.variations),
    iterations: Number(values['variation-iterations']),
  },
  references,
  seed,
});
let progress = await dispersion.next();
while (progress.done !== true) progress = await dispersion.next();
const variations = progress.value;
const variationSeconds = clock() - variationStart;
const measures = await measure(runtime, {
  references,
  variations,
  ict,
  embeddingDim: sessions.embeddingDim,
});
const { before, after } = references;
console.log(
  JSON.stringify({
    identities: Number(values.identities),
    threads: runtime.threads,
    batch: sessions.batchSize,
    seconds: { references: referenceSeconds, variations: variationSeconds },
    gradientsPerSecond: {
      references: (Number(values.identities) * Number(values.iterations)) / referenceSeconds,
      variations:
        (variations.theta.length * Number(values['variation-iterations'])) / variationSeconds,
    },
    before: {
      thetaMin: before.theta.min,
      thetaMean: before.theta.mean,
      aboveIct: before.aboveIct,
      meanRadius: before.meanRadius,
    },
    after: {
      thetaMin: after.theta.min,
      thetaMean: after.theta.mean,
      aboveIct: after.aboveIct,
      meanRadius: after.meanRadius,
    },
    dispersion: variations.statistics.map(({ iteration, theta, latentDistance }) => ({
      iteration,
      theta,
      latentDistance,
    })),
    intra: { mean: measures.intra?.mean, max: measures.intra?.max },
    intraBelowInter: measures.intraBelowInter,
    eer: measures.verification?.eer,
  }),
);
await sessions.close();
await runtime.close();
