/** @file What a run tells while it goes on. The worker writes it to the catalog; tests read it. */

import type { ReferenceStatistics, VariationStatistics } from '@colloid/sampler';

import type { CheckpointPart, CheckpointRecord } from './activities/checkpoint.ts';
import type { Json } from './digest.ts';

export type RunStage = 'PREPARE' | 'REFERENCES' | 'VARIATIONS' | 'RENDER' | 'MEASURE' | 'COMMIT';

/** A sheet of faces as they stood at an iteration, as an image file. */
export interface PreviewSheet {
  readonly iteration: number;
  readonly objectKey: string;
  readonly columns: number;
  readonly rows: number;
}

/** The references as far as they have come: what is left of a run that ends without a version. */
export interface PartialWork {
  readonly [key: string]: Json;
  /** Iterations done. */
  readonly iteration: number;
  /** Identities that are placed. */
  readonly identities: number;
  /** `[identities, D]` as npy. */
  readonly latents: CheckpointPart;
  /** `[identities, E]` as npy. */
  readonly embeddings: CheckpointPart;
}

export interface RunReporter {
  startStage(stage: RunStage): Promise<void>;
  /** `share` of the stage that is done, 0 to 1. */
  progress(share: number): Promise<void>;
  /** Reported again after a resume, iterations stay as they were. */
  referenceIteration(statistics: ReferenceStatistics): Promise<void>;
  variationIterations(statistics: readonly VariationStatistics[]): Promise<void>;
  preview(sheet: PreviewSheet): Promise<void>;
  /** A checkpoint that stays as long as the run. */
  checkpoint(record: CheckpointRecord): Promise<void>;
  partial(work: PartialWork): Promise<void>;
  log(level: 'info' | 'warn' | 'error', message: string): Promise<void>;
}
