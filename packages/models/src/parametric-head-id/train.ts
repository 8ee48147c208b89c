/** @file The training run: batches out of the cache, steps, epochs, checkpoints. */
import { encodeModel } from '@colloid/onnx';
import {
  augmentInto,
  cosineWithWarmUp,
  createTrainer,
  linearRamp,
  normal,
  permutation,
  TRAINING_STREAMS,
  trainingGraph,
} from '@colloid/sampler';
import type { HostTensor, Runtime, Trainer } from '@colloid/sampler';

import { IMAGE_CHANNELS, initialWeights } from './architecture.ts';
import type { Architecture, Weights } from './architecture.ts';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { trainableNames, trainingForward } from './network.ts';
import { stepsPerEpoch, totalSteps } from './recipe.ts';
import type { TrainingRecipe } from './recipe.ts';
import type { EpochReport } from './report.ts';

export interface TrainingInputs {
  readonly runtime: Runtime;
  readonly architecture: Architecture;
  readonly recipe: TrainingRecipe;
  /** Bytes `[identities * variationsPerIdentity, 3, size, size]`, the renders of an identity next to each other. */
  readonly renders: Uint8Array;
  readonly checkpointPath: string;
  /** Names the run: a checkpoint of another is not continued. */
  readonly runDigest: string;
  readonly log: (line: string) => void;
  /** Steps between two checkpoints within an epoch. */
  readonly checkpointEverySteps: number;
  /** Ends the run after the step in progress, with a checkpoint; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

export interface TrainingOutcome {
  readonly weights: Weights;
  readonly epochs: readonly EpochReport[];
}

/** Trains to the end of the recipe, from the checkpoint of this very run when there is one. */
export async function trainRecogniser(inputs: TrainingInputs): Promise<TrainingOutcome> {
  const { runtime, recipe, checkpointPath, runDigest, log } = inputs;
  const training = prepareGraph(inputs);
  const session = await runtime.session(encodeModel(training.graph), {
    name: 'recogniser training',
  });
  try {
    const trainer = createTrainer(session, training);
    const saved = await loadCheckpoint(checkpointPath, runDigest);
    const epochs: EpochReport[] = [...(saved?.epochs ?? [])];
    if (saved !== null) {
      trainer.restore(saved.trainer);
      log(`continuing at step ${trainer.step} of ${totalSteps(recipe)}`);
    }
    const save = (): Promise<void> =>
      saveCheckpoint(checkpointPath, { runDigest, epochs, trainer: trainer.checkpoint() });
    while (trainer.step < totalSteps(recipe)) {
      epochs.push(await runEpoch(inputs, trainer, save));
      await save();
      inputs.signal?.throwIfAborted();
    }
    return {
      weights: new Map(
        [...trainer.weights].map(([name, values]) => [name, Float32Array.from(values)]),
      ),
      epochs,
    };
  } finally {
    await session.dispose();
  }
}

function prepareGraph({ architecture, recipe }: TrainingInputs): ReturnType<typeof trainingGraph> {
  const classDirections = new Float32Array(architecture.embedding * recipe.identities);
  normal({ seed: recipe.seed, stream: TRAINING_STREAMS.classDirections }, classDirections);
  const forward = trainingForward({
    architecture,
    weights: initialWeights(architecture, recipe.seed),
    // Unit columns on average: Adam's step is then as large against them as against the kernels.
    classDirections: classDirections.map((value) => value / Math.sqrt(architecture.embedding)),
    classes: recipe.identities,
    batchSize: recipe.batchSize,
    scale: recipe.scale,
  });
  return trainingGraph(forward, {
    loss: 'loss',
    metrics: ['accuracy'],
    trainable: trainableNames(architecture),
  });
}

/** From the trainer's step to the end of that epoch. */
async function runEpoch(
  inputs: TrainingInputs,
  trainer: Trainer,
  save: () => Promise<void>,
): Promise<EpochReport> {
  const { recipe, log } = inputs;
  const perEpoch = stepsPerEpoch(recipe);
  const epoch = Math.floor(trainer.step / perEpoch);
  const order = permutation(recipe.identities * recipe.variationsPerIdentity, {
    seed: recipe.seed,
    stream: TRAINING_STREAMS.sampleOrder,
    iteration: epoch,
  });
  const fill = batchFiller(inputs, order, epoch);
  const firstStep = trainer.step;
  const started = performance.now();
  const sums = { loss: 0, accuracy: 0, gradientNorm: 0 };
  let feeds = fill(firstStep % perEpoch);
  let report: EpochReport;
  do {
    const { learningRate, margin } = schedules(recipe, trainer.step);
    const update = trainer.update(
      { ...feeds, margin: { dtype: 'float32', dims: [], data: Float32Array.of(margin) } },
      {
        learningRate,
        clipNorm: recipe.clipNorm,
        weightDecay: (name) => (name.endsWith('.bias') ? 0 : recipe.weightDecay),
      },
    );
    // The session runs in its own thread: the next batch is made meanwhile.
    const nextInEpoch = (trainer.step + 1) % perEpoch;
    if (nextInEpoch > 0) feeds = fill(nextInEpoch);
    const step = await update;
    sums.loss += step.loss;
    sums.accuracy += step.metrics['accuracy'] ?? 0;
    sums.gradientNorm += step.gradientNorm;
    const steps = trainer.step - firstStep;
    const seconds = (performance.now() - started) / 1000;
    report = {
      epoch,
      loss: sums.loss / steps,
      accuracy: sums.accuracy / steps,
      learningRate,
      margin,
      meanGradientNorm: sums.gradientNorm / steps,
      seconds,
      imagesPerSecond: (steps * recipe.batchSize) / seconds,
    };
    if (trainer.step % 50 === 0)
      log(`step ${trainer.step}/${totalSteps(recipe)} ${describe(report)}`);
    if (inputs.signal?.aborted === true) {
      await save();
      throw inputs.signal.reason;
    }
    if (trainer.step % inputs.checkpointEverySteps === 0 && trainer.step % perEpoch !== 0)
      await save();
  } while (trainer.step % perEpoch !== 0);
  log(`epoch ${epoch + 1}/${recipe.epochs} ${describe(report)}`);
  return report;
}

function schedules(
  recipe: TrainingRecipe,
  step: number,
): { readonly learningRate: number; readonly margin: number } {
  const steps = totalSteps(recipe);
  const { margin } = recipe;
  return {
    learningRate: cosineWithWarmUp({ ...recipe.learningRate, steps }, step),
    margin: linearRamp(
      { from: 0, to: margin.peak, startStep: margin.from * steps, endStep: margin.to * steps },
      step,
    ),
  };
}

/** Makes the feeds of a batch of the epoch, in one of two buffers that the session's thread reads in place. */
function batchFiller(
  { architecture, recipe, renders }: TrainingInputs,
  order: Uint32Array,
  epoch: number,
): (batch: number) => Record<'image' | 'labels', HostTensor> {
  const size = architecture.inputSize;
  const imageLength = IMAGE_CHANNELS * size * size;
  const { batchSize } = recipe;
  const dims = [batchSize, IMAGE_CHANNELS, size, size];
  const buffers = [0, 1].map(
    () => new Float32Array(new SharedArrayBuffer(4 * batchSize * imageLength)),
  );
  return (batch) => {
    const data = buffers[batch % 2] as Float32Array;
    const labels = new BigInt64Array(batchSize);
    for (let row = 0; row < batchSize; row += 1) {
      const image = order[batch * batchSize + row] ?? 0;
      labels[row] = BigInt(Math.floor(image / recipe.variationsPerIdentity));
      augmentInto(
        { data, offset: row * imageLength },
        { data: renders, offset: image * imageLength },
        {
          layout: { channels: IMAGE_CHANNELS, height: size, width: size },
          parameters: recipe.augmentation,
          key: {
            seed: recipe.seed,
            stream: TRAINING_STREAMS.augmentation,
            identity: image,
            iteration: epoch,
          },
        },
      );
    }
    return {
      image: { dtype: 'float32', dims, data },
      labels: { dtype: 'int64', dims: [batchSize], data: labels },
    };
  };
}

function describe(report: EpochReport): string {
  return [
    `loss ${report.loss.toFixed(3)}`,
    `accuracy ${(100 * report.accuracy).toFixed(1)} %`,
    `margin ${report.margin.toFixed(3)}`,
    `rate ${report.learningRate.toExponential(1)}`,
    `gradient ${report.meanGradientNorm.toFixed(2)}`,
    `${report.imagesPerSecond.toFixed(0)} images/s`,
  ].join(', ');
}
