/** @file Training of networks on renders: trainer, optimiser, loss, augmentation, verification. */

export { augmentInto, NO_AUGMENTATION } from './augment.ts';
export type { AugmentationParameters, ImageLayout, ImagePlace } from './augment.ts';
export { globalNorm, initialiseAdamW, stepAdamW } from './adamw.ts';
export type { AdamWParameters, AdamWState } from './adamw.ts';
export { TrainingError } from './errors.ts';
export { marginSoftmax, normalise, standardiseOverBatch } from './margin-softmax.ts';
export type { MarginSoftmaxInputs, MarginSoftmaxOutputs } from './margin-softmax.ts';
export { cosineWithWarmUp, linearRamp } from './schedule.ts';
export type { CosineSchedule, LinearRamp } from './schedule.ts';
export { permutation, TRAINING_STREAMS } from './streams.ts';
export { createTrainer, trainingGraph } from './trainer.ts';
export type {
  StepParameters,
  StepReport,
  Trainer,
  TrainerCheckpoint,
  TrainingGraph,
} from './trainer.ts';
export { foldedAccuracy, rocSummary } from './verification.ts';
export type { FoldedAccuracy, RocSummary, VerificationScores } from './verification.ts';
