/** @file The recipe: everything that decides what a run makes. */

import { z } from 'zod';

import { RecipeError } from '../errors.ts';
import type { LangevinParameters, RandomParameters } from '../references/parameters.ts';
import type { DispersionParameters } from '../variations/parameters.ts';
import { refusal } from './parameter-info.ts';
import type { ParameterInfo, ParameterTable } from './parameter-info.ts';
import { DISPERSION_TABLE, LANGEVIN_TABLE, RANDOM_TABLE } from './parameter-table.ts';

const ZModelReference = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,63}@[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/,
    "must be 'name@version', for example 'parametric-head@1'",
  );

export const ZLangevinParameters = parametersSchema<LangevinParameters>(LANGEVIN_TABLE);
export const ZRandomParameters = parametersSchema<RandomParameters>(RANDOM_TABLE);
export const ZDispersionParameters = parametersSchema<DispersionParameters>(DISPERSION_TABLE);

export const ZReferenceStage = z.discriminatedUnion('algorithm', [
  z.strictObject({
    algorithm: z.literal('langevin'),
    parameters: ZLangevinParameters.prefault({}),
  }),
  z.strictObject({ algorithm: z.literal('random'), parameters: ZRandomParameters.prefault({}) }),
]);

export const ZVariationStage = z.strictObject({
  algorithm: z.literal('dispersion'),
  parameters: ZDispersionParameters.prefault({}),
});

export const ZImageFormat = z.strictObject({
  format: z.enum(['png', 'jpeg', 'webp']).default('jpeg'),
  /** Of JPEG and WebP; PNG is lossless. */
  quality: z.number().int().min(1).max(100).default(95),
});

export const ZRecipe = z
  .strictObject({
    generator: ZModelReference,
    recogniser: ZModelReference,
    identities: z.number().int().min(2).max(10_000_000),
    references: ZReferenceStage,
    /** Null: references only. */
    variations: ZVariationStage.nullable().default(null),
    seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
    /** ψ */
    truncation: z.number().min(0).max(2).default(0.7),
    image: ZImageFormat.prefault({}),
    /** Rows per run of a graph: small for a CPU's cache, large for a GPU. Part of the run's plan. */
    batchSize: z.number().int().min(1).max(4096).default(8),
  })
  .superRefine((recipe, context) => {
    if (recipe.references.algorithm !== 'langevin') return;
    const { repulsionRadius, interClassThreshold } = recipe.references.parameters;
    if (repulsionRadius < interClassThreshold) {
      context.addIssue({
        code: 'custom',
        path: ['references', 'parameters', 'repulsionRadius'],
        message: `is ${repulsionRadius}, below the ICT of ${interClassThreshold}: identities would stop pushing before they are far enough apart; raise it above the ICT`,
      });
    }
  });
export type Recipe = z.infer<typeof ZRecipe>;
/** A recipe as written: what has a default may be left out. */
export type RecipeInput = z.input<typeof ZRecipe>;

/**
 * Validates a recipe and fills in the defaults.
 *
 * @throws RecipeError listing every problem with its path
 */
export function parseRecipe(input: unknown): Recipe {
  const parsed = ZRecipe.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new RecipeError(
    parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
  );
}

/** A strict object with one entry per parameter of a table: its range, reason and default. */
function parametersSchema<P>(table: ParameterTable<P>): z.ZodType<P, Partial<P>> {
  const infos = Object.values<ParameterInfo>(table);
  const shape = Object.fromEntries(infos.map((info) => [info.name, parameterSchema(info)]));
  return z.strictObject(shape) as unknown as z.ZodType<P, Partial<P>>;
}

function parameterSchema(info: ParameterInfo): z.ZodType {
  const number = z.number().superRefine((value, context) => {
    const reason = refusal(info, value);
    if (reason !== null) context.addIssue({ code: 'custom', message: reason });
  });
  if (info.kind !== 'length') return number.default(info.default);
  const multiple = z.strictObject({ meanDistances: number });
  return z.union([number, multiple]).default(info.default);
}
