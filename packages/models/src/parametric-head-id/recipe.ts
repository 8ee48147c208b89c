/** @file What one training run is: everything that, with the generator's digest, decides the weights. */
import type { AugmentationParameters } from '@colloid/sampler';

export interface TrainingRecipe {
  readonly name: string;
  readonly seed: number;
  /** Classes of the softmax. */
  readonly identities: number;
  /** Renders of each identity: pose, light, expression and context drawn anew. */
  readonly variationsPerIdentity: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: {
    readonly peak: number;
    readonly floor: number;
    readonly warmUpSteps: number;
  };
  /** Decoupled decay of matrices and kernels; biases have none. */
  readonly weightDecay: number;
  readonly clipNorm: number;
  readonly scale: number;
  /** The margin rises linearly from 0 between these shares of the run. */
  readonly margin: { readonly peak: number; readonly from: number; readonly to: number };
  readonly augmentation: AugmentationParameters;
  /** Renders over which the features' mean and deviation are measured at the end. */
  readonly statisticsImages: number;
  readonly evaluation: EvaluationRecipe;
}

export interface EvaluationRecipe {
  /** Of identities that training never saw. */
  readonly seed: number;
  readonly identities: number;
  readonly variationsPerIdentity: number;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  /** Impostor pairs over which false-accept rates are resolved. */
  readonly rocImpostorPairs: number;
  /** Of the `parametric-head-pairs` benchmark. */
  readonly benchmarkSeed: number;
  readonly benchmarkPairs: number;
}

const EVALUATION: EvaluationRecipe = {
  seed: 9_000_001,
  identities: 600,
  variationsPerIdentity: 8,
  genuinePairs: 6000,
  impostorPairs: 6000,
  rocImpostorPairs: 1_000_000,
  benchmarkSeed: 9_000_002,
  benchmarkPairs: 4000,
};

const FULL: TrainingRecipe = {
  name: 'full',
  seed: 2024_11_23,
  identities: 3000,
  variationsPerIdentity: 12,
  epochs: 11,
  batchSize: 128,
  learningRate: { peak: 2e-3, floor: 2e-5, warmUpSteps: 200 },
  weightDecay: 0.02,
  clipNorm: 10,
  scale: 28,
  margin: { peak: 0.3, from: 0.1, to: 0.5 },
  augmentation: {
    shiftPixels: 2,
    brightness: 0.12,
    contrast: 0.15,
    channelGain: 0.06,
    noise: 0.04,
  },
  statisticsImages: 20_000,
  evaluation: EVALUATION,
};

/** The recipes of `npm run train:recogniser -- --recipe <name>`. `full` made the committed weights. */
export const RECIPES: Readonly<Record<string, TrainingRecipe>> = {
  full: FULL,
  quick: {
    ...FULL,
    name: 'quick',
    identities: 1000,
    variationsPerIdentity: 12,
    epochs: 6,
    learningRate: { ...FULL.learningRate, warmUpSteps: 60 },
    statisticsImages: 6000,
    evaluation: {
      ...EVALUATION,
      identities: 300,
      genuinePairs: 2000,
      impostorPairs: 2000,
      benchmarkPairs: 2000,
    },
  },
};

/** Updates in a whole run; the last, incomplete batch of an epoch is left out. */
export function totalSteps(recipe: TrainingRecipe): number {
  return recipe.epochs * stepsPerEpoch(recipe);
}

export function stepsPerEpoch(recipe: TrainingRecipe): number {
  return Math.floor((recipe.identities * recipe.variationsPerIdentity) / recipe.batchSize);
}
