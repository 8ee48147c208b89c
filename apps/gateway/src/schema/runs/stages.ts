/** @file The stages of a run in their order. */

export const RUN_STAGES = [
  'PREPARE',
  'REFERENCES',
  'VARIATIONS',
  'RENDER',
  'MEASURE',
  'COMMIT',
] as const;

/** Name of a stage. */
export type RunStageName = (typeof RUN_STAGES)[number];
