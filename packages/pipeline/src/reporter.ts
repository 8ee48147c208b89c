/** @file What a run tells while it goes on. The worker writes it to the catalog; tests read it. */

import type { ReferenceStatistics, VariationStatistics } from '@colloid/sampler';

export type RunStage = 'PREPARE' | 'REFERENCES' | 'VARIATIONS' | 'RENDER' | 'MEASURE' | 'COMMIT';

/** A sheet of faces as they stood at an iteration, as an image file. */
export interface PreviewSheet {
  readonly iteration: number;
  readonly objectKey: string;
  readonly columns: number;
  readonly rows: number;
}

export interface RunReporter {
  startStage(stage: RunStage): Promise<void>;
  /** `share` of the stage that is done, 0 to 1. */
  progress(share: number): Promise<void>;
  referenceIteration(statistics: ReferenceStatistics): Promise<void>;
  variationIterations(statistics: readonly VariationStatistics[]): Promise<void>;
  preview(sheet: PreviewSheet): Promise<void>;
  log(level: 'info' | 'warn' | 'error', message: string): Promise<void>;
}
