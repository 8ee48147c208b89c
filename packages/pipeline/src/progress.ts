/** @file How far a whole run is, from how far its stage is: stages weighed by the work in them. */

import {
  type Recipe,
  referenceIterations,
  variationIterations,
  variationsPerIdentity,
} from '@colloid/sampler/recipe';

import type { RunStage } from './reporter.ts';

/** Work of a gradient and of an encoded image, in forward passes; measured on two cores with the built-in pair. */
const GRADIENT_WORK = 4;
const RENDER_WORK = 2;
/** Loading models and making sessions, in forward passes. */
const PREPARE_WORK = 50;

const ORDER: readonly RunStage[] = [
  'PREPARE',
  'REFERENCES',
  'VARIATIONS',
  'RENDER',
  'MEASURE',
  'COMMIT',
];

/** Estimates for one recipe. */
export interface RunProgress {
  /** Share of the run that is done when `share` of `stage` is, 0 to 1. */
  overall(stage: RunStage, share: number): number;
}

/** Shares of an import's stages: what its source holds is not known before the first of them has read it. */
const IMPORT_WORK: Record<RunStage, number> = {
  PREPARE: 35,
  REFERENCES: 0,
  VARIATIONS: 0,
  RENDER: 50,
  MEASURE: 5,
  COMMIT: 10,
};

/** Weighs the stages of an import. */
export function importProgress(): RunProgress {
  return progressOf(IMPORT_WORK);
}

/** Weighs the stages of `recipe` by the images each one has to compute. */
export function runProgress(recipe: Recipe): RunProgress {
  return progressOf(stageWork(recipe));
}

function progressOf(work: Record<RunStage, number>): RunProgress {
  const total = ORDER.reduce((sum, stage) => sum + work[stage], 0);
  return {
    overall: (stage, share) => {
      const before = ORDER.slice(0, ORDER.indexOf(stage)).reduce((sum, one) => sum + work[one], 0);
      return Math.min(1, (before + work[stage] * Math.min(1, Math.max(0, share))) / total);
    },
  };
}

/**
 * Seconds left, from the share reached since this worker began; null until enough was seen to tell.
 *
 * @param seconds since this worker began
 */
export function secondsLeft(options: {
  readonly seconds: number;
  readonly shareAtStart: number;
  readonly share: number;
}): number | null {
  const gained = options.share - options.shareAtStart;
  if (gained < 0.01 || options.seconds < 1) return null;
  return (options.seconds / gained) * (1 - options.share);
}

function stageWork(recipe: Recipe): Record<RunStage, number> {
  const { identities } = recipe;
  const steps = referenceIterations(recipe);
  const variations = variationsPerIdentity(recipe);
  const samples = identities * (1 + variations);
  return {
    PREPARE: PREPARE_WORK,
    REFERENCES: identities * (1 + steps * (1 + GRADIENT_WORK)),
    VARIATIONS: identities * variations * (1 + variationIterations(recipe) * GRADIENT_WORK),
    RENDER: samples * RENDER_WORK,
    MEASURE: samples * 0.1,
    COMMIT: samples * 0.1,
  };
}
