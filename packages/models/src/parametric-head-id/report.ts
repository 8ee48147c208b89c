/** @file What a training run reports, as committed beside the weights. */
import type { EvaluationResult } from './evaluate.ts';
import type { Architecture } from './architecture.ts';
import type { TrainingRecipe } from './recipe.ts';

export interface EpochReport {
  readonly epoch: number;
  readonly loss: number;
  /** Share of training images nearest to their own class, margin left aside. */
  readonly accuracy: number;
  readonly learningRate: number;
  readonly margin: number;
  readonly meanGradientNorm: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

export interface TrainingReport {
  readonly model: string;
  readonly version: string;
  /** SHA-256 of network.onnx. */
  readonly networkDigest: string;
  readonly networkBytes: number;
  readonly parameters: number;
  readonly architecture: Architecture;
  readonly recipe: TrainingRecipe;
  /** SHA-256 over the recipe, the architecture and the generator's digest. */
  readonly recipeDigest: string;
  readonly generator: { readonly name: string; readonly version: string; readonly digest: string };
  readonly imagesRendered: number;
  readonly imagesSeen: number;
  readonly seconds: { readonly render: number; readonly train: number; readonly evaluate: number };
  readonly machine: { readonly processor: string; readonly threads: number; readonly node: string };
  readonly epochs: readonly EpochReport[];
  readonly evaluation: EvaluationResult;
}
