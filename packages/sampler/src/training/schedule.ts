/** @file Learning rate and margin as functions of how far a training run has come. */

import { TrainingError } from './errors.ts';

export interface CosineSchedule {
  readonly peak: number;
  /** Value at the last step. @default 0 */
  readonly floor?: number;
  readonly steps: number;
  /** Steps of linear rise from `peak / warmUpSteps` to `peak`. */
  readonly warmUpSteps: number;
}

/**
 * Linear warm-up, then half a cosine from `peak` down to `floor`.
 *
 * @param step 0 for the first step; steps past the end stay at the floor.
 * @throws TrainingError when the warm-up is not shorter than the run.
 */
export function cosineWithWarmUp(schedule: CosineSchedule, step: number): number {
  const { peak, floor = 0, steps, warmUpSteps } = schedule;
  if (!(steps > warmUpSteps) || warmUpSteps < 0) {
    throw new TrainingError(
      'PARAMETER_INVALID',
      `A schedule of ${String(steps)} steps cannot hold a warm-up of ${String(warmUpSteps)}; make the run longer or the warm-up shorter.`,
    );
  }
  if (step < warmUpSteps) return (peak * (step + 1)) / warmUpSteps;
  const progress = Math.min(1, (step - warmUpSteps) / Math.max(1, steps - 1 - warmUpSteps));
  return floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * progress));
}

export interface LinearRamp {
  readonly from: number;
  readonly to: number;
  readonly startStep: number;
  readonly endStep: number;
}

/** Constant, then linear, then constant: how a margin is brought in once classes have begun to separate. */
export function linearRamp({ from, to, startStep, endStep }: LinearRamp, step: number): number {
  if (step <= startStep) return from;
  if (step >= endStep) return to;
  return from + ((to - from) * (step - startStep)) / (endStep - startStep);
}
