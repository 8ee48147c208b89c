/** @file The manifest of a model (`model.json`): schema and types. */

import { z } from 'zod';

const ZFileName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    'must be a plain file name beside model.json (letters, digits, dot, dash, underscore)',
  );
const ZName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and dashes, at most 64');
const ZVersion = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'must be 1 to 32 letters, digits, dots or dashes');
const ZTensorName = z.string().min(1).max(256);
const ZSize = z.number().int().min(8).max(4096);
const ZPoint = z.tuple([z.number(), z.number()]);

const ZTriple = z.tuple([z.number(), z.number(), z.number()]);
/** `[low, high]` of the values, or the mean and deviation per channel by which 0..1 was standardised. */
export const ZImageRange = z.union([
  z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, 'must be [low, high] with low below high'),
  z.strictObject({
    mean: ZTriple,
    std: ZTriple.refine((std) => std.every((value) => value > 0), 'must be above 0'),
  }),
]);
export type ImageRange = z.infer<typeof ZImageRange>;

export const ZImageSpec = z.strictObject({
  height: ZSize,
  width: ZSize,
  channels: z.enum(['RGB', 'BGR']).default('RGB'),
  layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
  range: ZImageRange.default([-1, 1]),
});
export type ImageSpec = z.infer<typeof ZImageSpec>;

/** Where the eyes are, in pixels: the centre of the top-left pixel is (0, 0). */
export const ZFraming = z.strictObject({ leftEye: ZPoint, rightEye: ZPoint });
export type Framing = z.infer<typeof ZFraming>;

const ZNetwork = z.strictObject({ file: ZFileName, input: ZTensorName, output: ZTensorName });
const common = {
  name: ZName,
  version: ZVersion,
  licence: z.string().min(1).max(200),
  description: z.string().max(2000).optional(),
};

export const ZGeneratorManifest = z.strictObject({
  kind: z.literal('generator'),
  ...common,
  mapping: ZNetwork.optional(),
  synthesis: ZNetwork,
  latent: z.strictObject({
    dim: z.number().int().min(1).max(16384),
    prior: z.enum(['normal', 'uniform']).default('normal'),
    average: ZFileName.optional(),
  }),
  image: ZImageSpec,
  framing: ZFraming.optional(),
});
export type GeneratorManifest = z.infer<typeof ZGeneratorManifest>;

export const ZRecogniserManifest = z.strictObject({
  kind: z.literal('recogniser'),
  ...common,
  network: ZNetwork,
  image: ZImageSpec,
  embedding: z.strictObject({ dim: z.number().int().min(2).max(8192) }),
  framing: ZFraming.optional(),
});
export type RecogniserManifest = z.infer<typeof ZRecogniserManifest>;

export const ZModelManifest = z.discriminatedUnion('kind', [
  ZGeneratorManifest,
  ZRecogniserManifest,
]);
export type ModelManifest = z.infer<typeof ZModelManifest>;
