/** @file The report on a model: what registration checked and found. Plain JSON, stored with the model version. */

import { z } from 'zod';

/** What is checked, in this order. */
export const MODEL_CHECKS = [
  'FILES',
  'SHAPES',
  'OPERATORS',
  'DETERMINISM',
  'FINITE',
  'RANGE',
  'BATCH',
  'GRADIENT',
  'SPEED',
  'LIMITS',
] as const;
export const ZModelCheckId = z.enum(MODEL_CHECKS);
export type ModelCheckId = z.infer<typeof ZModelCheckId>;

/** What each check answers, for pages and terminals. */
export const CHECK_TITLES: Readonly<Record<ModelCheckId, string>> = {
  FILES: 'Files parse and are within the limits',
  SHAPES: 'Inputs and outputs are as declared',
  OPERATORS: 'Every operator is known and has a gradient',
  DETERMINISM: 'The same input gives the same output',
  FINITE: 'Outputs are finite',
  RANGE: 'Values are as declared',
  BATCH: 'Rows of a batch do not depend on each other',
  GRADIENT: 'Gradients agree with finite differences',
  SPEED: 'Speed was measured',
  LIMITS: 'Time and memory stay within the limits',
};

const ZModelCheck = z.object({
  id: ZModelCheckId,
  /** WARNED: it may be used, but somebody should look. SKIPPED: an earlier failure made it impossible. */
  state: z.enum(['PASSED', 'WARNED', 'FAILED', 'SKIPPED']),
  /** One sentence: what was found, with numbers, and where it failed what to do. */
  detail: z.string(),
  seconds: z.number(),
});
export type ModelCheck = z.infer<typeof ZModelCheck>;

const ZFileFacts = z.object({
  name: z.string(),
  sizeBytes: z.number(),
  /** Null for a file that is no graph. */
  graph: z.object({ opset: z.number(), nodes: z.number(), weights: z.number() }).nullable(),
});
export type FileFacts = z.infer<typeof ZFileFacts>;

const ZOperatorFacts = z.object({
  operator: z.string(),
  count: z.number(),
  gradient: z.enum(['rule', 'none exists', 'refused', 'not yet', 'unknown']),
  /** The first node that stands in the way of a gradient; null where none does. */
  blockedAt: z.object({ node: z.string(), reason: z.string() }).nullable(),
});
export type OperatorFacts = z.infer<typeof ZOperatorFacts>;

const ZValueFacts = z.object({
  name: z.string(),
  /** Such as float32 [batch, 3, 256, 256]. */
  type: z.string(),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
});
export type ValueFacts = z.infer<typeof ZValueFacts>;

const ZSpeed = z.object({
  batch: z.number(),
  forwardPerSecond: z.number(),
  /** Forward and gradient together; null where there is no gradient. */
  gradientPerSecond: z.number().nullable(),
});
export type Speed = z.infer<typeof ZSpeed>;

export const ZModelReport = z.object({
  format: z.literal(1),
  verdict: z.enum(['READY', 'REFUSED']),
  /** The sentence of the first check that failed; null for READY. */
  refusal: z.string().nullable(),
  checks: z.array(ZModelCheck),
  files: z.array(ZFileFacts),
  operators: z.array(ZOperatorFacts),
  values: z.array(ZValueFacts),
  gradient: z
    .object({
      medianRelativeError: z.number(),
      worstRelativeError: z.number(),
      samples: z.number(),
      directions: z.number(),
    })
    .nullable(),
  speed: z.array(ZSpeed),
  provider: z.string().nullable(),
  threads: z.number().nullable(),
  seconds: z.number(),
  /** Most memory of the process that checked, bytes; null where it was not watched. */
  peakMemoryBytes: z.number().nullable(),
});
export type ModelReport = z.infer<typeof ZModelReport>;
