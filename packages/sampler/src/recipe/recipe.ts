/** @file The recipe: everything that decides what a run makes. */

import { z } from 'zod';

import { RecipeError } from '../errors.ts';
import type {
  LangevinParameters,
  RandomParameters,
  RejectParameters,
  RepulseParameters,
} from '../references/parameters.ts';
import type {
  CovariatesParameters,
  DiscoParameters,
  DispersionParameters,
} from '../variations/parameters.ts';
import { readAuthorsOptions } from './authors-options.ts';
import { refusal } from './parameter-info.ts';
import type { ParameterInfo, ParameterTable } from './parameter-info.ts';
import { LANGEVIN_TABLE, RANDOM_TABLE, REJECT_TABLE, REPULSE_TABLE } from './reference-tables.ts';
import { COVARIATES_TABLE, DISCO_TABLE, DISPERSION_TABLE } from './variation-tables.ts';

const ZNameAtVersion = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,63}@[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/,
    "must be 'name@version', for example 'parametric-head@1'",
  );

export const ZLangevinParameters = parametersSchema<LangevinParameters>(LANGEVIN_TABLE);
export const ZRandomParameters = parametersSchema<RandomParameters>(RANDOM_TABLE);
export const ZRejectParameters = parametersSchema<RejectParameters>(REJECT_TABLE);
export const ZRepulseParameters = parametersSchema<RepulseParameters>(REPULSE_TABLE);
export const ZDispersionParameters = parametersSchema<DispersionParameters>(DISPERSION_TABLE);
export const ZDiscoParameters = parametersSchema<DiscoParameters>(DISCO_TABLE);
export const ZCovariatesParameters = parametersSchema<CovariatesParameters>(COVARIATES_TABLE);

/** Expressions of the published covariate sets. */
export const EXPRESSIONS = ['smile', 'scream', 'disgust', 'squint', 'surprise'] as const;

export const ZReferenceStage = z.discriminatedUnion('algorithm', [
  z.strictObject({
    algorithm: z.literal('langevin'),
    parameters: ZLangevinParameters.prefault({}),
    /** Gallery of the team that identities keep constantDistance from; null exactly where that is 0. */
    gallery: ZNameAtVersion.nullable().default(null),
  }),
  z.strictObject({ algorithm: z.literal('random'), parameters: ZRandomParameters.prefault({}) }),
  z.strictObject({ algorithm: z.literal('reject'), parameters: ZRejectParameters.prefault({}) }),
  z.strictObject({ algorithm: z.literal('repulse'), parameters: ZRepulseParameters.prefault({}) }),
]);

export const ZVariationStage = z.discriminatedUnion('algorithm', [
  z.strictObject({
    algorithm: z.literal('dispersion'),
    parameters: ZDispersionParameters.prefault({}),
  }),
  z.strictObject({
    algorithm: z.literal('disco'),
    parameters: ZDiscoParameters.prefault({}),
    /** Covariate set of the team, made for the generator. */
    covariates: ZNameAtVersion,
  }),
  z.strictObject({
    algorithm: z.literal('covariates'),
    parameters: ZCovariatesParameters.prefault({}),
    /** One variation each; the covariate set must have them. */
    expressions: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be the name of an expression'))
      .max(1000)
      .default([...EXPRESSIONS]),
    covariates: ZNameAtVersion,
  }),
]);

export const ZImageFormat = z.strictObject({
  format: z.enum(['png', 'jpeg', 'webp']).default('jpeg'),
  /** Of JPEG and WebP; PNG is lossless. */
  quality: z.number().int().min(1).max(100).default(95),
});

export const ZRecipe = z
  .strictObject({
    generator: ZNameAtVersion,
    recogniser: ZNameAtVersion,
    identities: z
      .number()
      .int()
      .min(2, 'must be at least 2: a single identity has nothing to be apart from')
      .max(10_000_000),
    references: ZReferenceStage,
    /** Null: references only. */
    variations: ZVariationStage.nullable().default(null),
    seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
    /** ψ */
    truncation: z.number().min(0).max(2).default(0.7),
    image: ZImageFormat.prefault({}),
    /** Rows per run of a graph: small for a CPU's cache, large for a GPU. Part of the run's plan. */
    batchSize: z.number().int().min(1).max(4096).default(8),
    /** What images, embeddings and gradients are computed in; float16 is for GPUs, and for pairs whose gradient bears it. */
    precision: z.enum(['float32', 'float16']).default('float32'),
  })
  .superRefine((recipe, context) => {
    for (const { path, message } of [
      ...referenceProblems(recipe.references),
      ...variationProblems(recipe.variations),
    ]) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });
export type Recipe = z.infer<typeof ZRecipe>;
/** A recipe as written: what has a default may be left out. */
export type RecipeInput = z.input<typeof ZRecipe>;

/** A, images of each identity besides its reference; 0 where the recipe asks for references alone. */
export function variationsPerIdentity({ variations }: Pick<Recipe, 'variations'>): number {
  return variations === null ? 0 : countVariations(variations);
}

/** How often the variations of an identity are moved; 0 where they are placed at once. */
export function variationIterations({ variations }: Pick<Recipe, 'variations'>): number {
  if (variations === null || variations.algorithm === 'covariates') return 0;
  return variations.parameters.iterations;
}

/** How often all references are moved together; 0 for algorithms that place one after another. */
export function referenceIterations({ references }: Pick<Recipe, 'references'>): number {
  return references.algorithm === 'langevin' ? references.parameters.iterations : 0;
}

/**
 * Validates a recipe and fills in the defaults. Parameters may be named as the authors' command lines name them.
 *
 * @throws RecipeError listing every problem with its path
 */
export function parseRecipe(input: unknown): Recipe {
  const { document, problems } = readAuthorsOptions(input);
  const parsed = ZRecipe.safeParse(document);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new RecipeError(
    [...problems, ...(parsed.error?.issues ?? [])].map(({ path, message }) => ({
      path: path.join('.'),
      message,
    })),
  );
}

interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

function referenceProblems(stage: z.infer<typeof ZReferenceStage>): readonly Problem[] {
  if (stage.algorithm !== 'langevin') return [];
  const problems: Problem[] = [];
  const at = (name: string, message: string): void => {
    problems.push({ path: ['references', 'parameters', name], message });
  };
  const { repulsionRadius, interClassThreshold, constantDistance } = stage.parameters;
  if (repulsionRadius < interClassThreshold) {
    at(
      'repulsionRadius',
      `is ${repulsionRadius}, below the ICT of ${interClassThreshold}: identities would stop pushing before they are far enough apart; raise it above the ICT`,
    );
  }
  if (stage.gallery !== null && constantDistance === 0) {
    at(
      'constantDistance',
      `is 0, so that the gallery '${stage.gallery}' would have no effect; set the distance to keep from it, or set gallery to null`,
    );
  }
  if (stage.gallery === null && constantDistance > 0) {
    at(
      'constantDistance',
      `is ${constantDistance}, but there is no gallery to keep that distance from; name a gallery or set it to 0`,
    );
  }
  return problems;
}

function variationProblems(stage: z.infer<typeof ZVariationStage> | null): readonly Problem[] {
  if (stage === null) return [];
  if (stage.algorithm === 'covariates') {
    if (countVariations(stage) > 0) return [];
    return [
      {
        path: ['variations', 'parameters', 'poseSteps'],
        message:
          'is 0, as are illuminationSteps and the number of expressions, so that no variation would be made; raise one of them, or set variations to null for references alone',
      },
    ];
  }
  if (stage.parameters.timestep > 0 || stage.parameters.variations > 1) return [];
  return [
    {
      path: ['variations', 'parameters', 'timestep'],
      message: `is ${stage.parameters.timestep}, an adaptive step, which needs at least two variations; make it positive or raise variations`,
    },
  ];
}

function countVariations(stage: z.infer<typeof ZVariationStage>): number {
  if (stage.algorithm !== 'covariates') return stage.parameters.variations;
  const { poseSteps, illuminationSteps } = stage.parameters;
  return poseSteps + illuminationSteps + stage.expressions.length;
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
