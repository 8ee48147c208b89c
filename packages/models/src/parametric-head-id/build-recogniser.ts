/** @file Render, train, fold, evaluate, write: the whole way from a generator to a committed recogniser. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';

import { encodeModel } from '@colloid/onnx';
import { loadGenerator, openRuntime } from '@colloid/sampler';
import type { GeneratorModel, Runtime } from '@colloid/sampler';

import { latentsForTraining } from '../parametric-head/populations.ts';
import { weightSpecifications } from './architecture.ts';
import type { Architecture, Weights } from './architecture.ts';
import { featureStatistics, latentEmbedder, openEmbedder } from './embed.ts';
import { evaluateRecogniser } from './evaluate.ts';
import type { EvaluationResult } from './evaluate.ts';
import {
  NETWORK_FILE,
  RECOGNISER_NAME,
  RECOGNISER_VERSION,
  recogniserManifest,
} from './manifest.ts';
import { shippedNetwork } from './network.ts';
import { totalSteps } from './recipe.ts';
import type { TrainingRecipe } from './recipe.ts';
import { cachedRenders, openRenderer } from './renders.ts';
import type { Renderer } from './renders.ts';
import type { TrainingReport } from './report.ts';
import { trainRecogniser } from './train.ts';
import { trainingNotes } from './training-notes.ts';

export interface BuildOptions {
  readonly architecture: Architecture;
  readonly recipe: TrainingRecipe;
  /** Folder of the generator's model.json. */
  readonly generatorFolder: string;
  /** Where model.json, network.onnx and the report go. */
  readonly outputFolder: string;
  /** Renders and checkpoints; safe to delete. */
  readonly cacheFolder: string;
  readonly threads?: number;
  readonly log: (line: string) => void;
  /** Ends training after the step in progress, with a checkpoint to continue from. */
  readonly signal?: AbortSignal;
}

const RENDER_BATCH_SIZE = 32;
const CHECKPOINT_EVERY_STEPS = 200;

/** Trains and writes the recogniser; continues where a killed run of the same recipe and generator stood. */
export async function buildRecogniser(options: BuildOptions): Promise<TrainingReport> {
  const { architecture, recipe, log, cacheFolder } = options;
  const threads = options.threads ?? availableParallelism();
  const runtime = await openRuntime({ provider: 'cpu', threads });
  // Rendering has many equal batches: threads with a batch of their own never wait for one another, as those sharing an operator do.
  const lanes = await Promise.all(
    Array.from({ length: threads }, () => openRuntime({ provider: 'cpu', threads: 1 })),
  );
  try {
    const generator = await loadGenerator(options.generatorFolder);
    const recogniser = recogniserManifest(architecture);
    const renderer = await openRenderer(lanes, { generator, recogniser }, RENDER_BATCH_SIZE);
    const runDigest = digestOf({
      recipe,
      architecture,
      manifest: recogniser,
      generator: generator.digest,
    });
    await mkdir(cacheFolder, { recursive: true });
    const timer = stopwatch();
    const renders = await renderTrainingSet(options, renderer, generator);
    const renderSeconds = timer();
    const trained = await trainRecogniser({
      runtime,
      architecture,
      recipe,
      renders,
      checkpointPath: join(cacheFolder, `checkpoint-${recipe.name}-${runDigest.slice(0, 12)}.bin`),
      runDigest,
      log,
      checkpointEverySteps: CHECKPOINT_EVERY_STEPS,
      signal: options.signal,
    });
    const trainSeconds = trained.epochs.reduce((sum, { seconds }) => sum + seconds, 0);
    timer();
    const network = await foldedNetwork(options, runtime, trained.weights, renders);
    const bytes = encodeModel(network);
    const evaluation = await evaluate(options, runtime, network, renderer);
    const report: TrainingReport = {
      model: RECOGNISER_NAME,
      version: RECOGNISER_VERSION,
      networkDigest: createHash('sha256').update(bytes).digest('hex'),
      networkBytes: bytes.length,
      parameters: [...network.initialisers.values()].reduce(
        (sum, { data, dtype }) => sum + (dtype === 'float32' ? data.length : 0),
        0,
      ),
      architecture,
      recipe,
      recipeDigest: runDigest,
      generator: { name: generator.name, version: generator.version, digest: generator.digest },
      imagesRendered: recipe.identities * recipe.variationsPerIdentity,
      imagesSeen: totalSteps(recipe) * recipe.batchSize,
      seconds: { render: renderSeconds, train: trainSeconds, evaluate: timer() },
      machine: {
        processor: cpus()[0]?.model ?? 'unknown',
        threads: runtime.threads,
        node: process.version,
      },
      epochs: trained.epochs,
      evaluation,
    };
    await writeResult(options, bytes, report);
    return report;
  } finally {
    await Promise.all([runtime, ...lanes].map((opened) => opened.close()));
  }
}

function renderTrainingSet(
  options: BuildOptions,
  renderer: Renderer,
  generator: GeneratorModel,
): Promise<Uint8Array> {
  const { recipe, architecture, cacheFolder, log } = options;
  const { seed, identities, variationsPerIdentity } = recipe;
  const content = {
    seed,
    identities,
    variationsPerIdentity,
    batch: RENDER_BATCH_SIZE,
    manifest: recogniserManifest(architecture),
    generator: generator.digest,
  };
  const started = performance.now();
  return cachedRenders(renderer, latentsForTraining({ seed, identities, variationsPerIdentity }), {
    path: join(cacheFolder, `renders-${digestOf(content).slice(0, 12)}.bytes`),
    batchSize: RENDER_BATCH_SIZE,
    progress: (done, total) => {
      if (done % (RENDER_BATCH_SIZE * 50) === 0)
        log(
          `rendered ${done} of ${total} after ${((performance.now() - started) / 1000).toFixed(0)} s`,
        );
    },
  });
}

/** The shipped network, with the statistics of unaugmented training renders in its last layer. */
async function foldedNetwork(
  { architecture, recipe }: BuildOptions,
  runtime: Runtime,
  weights: Weights,
  renders: Uint8Array,
): Promise<ReturnType<typeof shippedNetwork>> {
  const raw = await openEmbedder(runtime, shippedNetwork(architecture, weights), architecture);
  try {
    const imageBytes = renders.length / (recipe.identities * recipe.variationsPerIdentity);
    const features = await raw.embed(renders.subarray(0, recipe.statisticsImages * imageBytes));
    return shippedNetwork(
      architecture,
      weights,
      featureStatistics(features, architecture.embedding),
    );
  } finally {
    await raw.close();
  }
}

async function evaluate(
  { architecture, recipe, log }: BuildOptions,
  runtime: Runtime,
  network: ReturnType<typeof shippedNetwork>,
  renderer: Renderer,
): Promise<EvaluationResult> {
  const embedder = await openEmbedder(runtime, network, architecture);
  const dimension = architecture.embedding;
  const embed = latentEmbedder(renderer, embedder, {
    dimension,
    renderBatchSize: RENDER_BATCH_SIZE,
    log,
  });
  return evaluateRecogniser(embed, dimension, recipe.evaluation);
}

async function writeResult(
  { outputFolder, architecture }: BuildOptions,
  bytes: Uint8Array,
  report: TrainingReport,
): Promise<void> {
  await mkdir(outputFolder, { recursive: true });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(outputFolder, NETWORK_FILE), bytes);
  await writeFile(join(outputFolder, 'model.json'), json(recogniserManifest(architecture)));
  await writeFile(join(outputFolder, 'training-report.json'), json(report));
  await writeFile(
    join(outputFolder, 'TRAINING.md'),
    trainingNotes(report, weightSpecifications(architecture)),
  );
}

/** SHA-256 in hex of a value's JSON. */
function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** Seconds since the last call. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}
