/** @file A whole recipe in one call: references, variations, images, measures. No files, no database. */

import { cut } from '../chain/index.ts';
import type { ChainSessions, ImageBatch } from '../chain/index.ts';
import type { CovariateDirections } from '../covariates/directions.ts';
import { measure } from '../metrics/index.ts';
import type { DatasetMeasures } from '../metrics/index.ts';
import type { GeneratorModel, RecogniserModel } from '../models/index.ts';
import { parseRecipe } from '../recipe/index.ts';
import type { Recipe, RecipeInput } from '../recipe/index.ts';
import { sampleReferences } from '../references/index.ts';
import type {
  DriverOptions,
  ReferenceProgress,
  ReferenceResult,
  ReferenceState,
} from '../references/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { sampleVariations } from '../variations/index.ts';
import type { VariationProgress, VariationResult } from '../variations/index.ts';
import { openRecipeChain } from './open-recipe-chain.ts';
import { referenceOptions, variationOptions } from './stage-options.ts';

export interface RunRecipeOptions {
  readonly runtime: Runtime;
  readonly generator: GeneratorModel;
  readonly recogniser: RecogniserModel;
  readonly recipe: RecipeInput | Recipe;
  /** Unit embeddings [M, E] for constant repulsion. */
  readonly gallery?: Float32Array;
  /** Directions of the covariate set that the recipe names. */
  readonly covariates?: CovariateDirections;
}

export type RunStage = 'references' | 'variations' | 'images' | 'measure';

export interface ImageProgress {
  readonly sampleKind: 'REFERENCE' | 'VARIATION';
  /** Row of the first image among the references [N], or among the variations [N, A]. */
  readonly firstRow: number;
  readonly batch: ImageBatch;
  readonly done: number;
  readonly total: number;
}

export type RunEvent =
  | { readonly kind: 'stage'; readonly stage: RunStage }
  | { readonly kind: 'references'; readonly progress: ReferenceProgress }
  | { readonly kind: 'variations'; readonly progress: VariationProgress }
  | { readonly kind: 'images'; readonly progress: ImageProgress };

export interface RunResult {
  readonly references: ReferenceResult;
  readonly variations: VariationResult | null;
  readonly measures: DatasetMeasures;
  readonly seconds: Readonly<Record<RunStage, number>>;
}

/**
 * Runs a recipe, yielding progress and raw images as they are made; the caller encodes and stores
 * them. The result is a function of the recipe, the models and the execution provider alone.
 *
 * @throws RecipeError, ModelMismatchError, UnsupportedOperatorError and what sampling throws; the
 *   signal's reason when aborted
 * @example for await (const event of runRecipe({ runtime, generator, recogniser, recipe })) show(event)
 */
export async function* runRecipe(
  options: RunRecipeOptions,
  driver: DriverOptions & { readonly resumeFrom?: ReferenceState | undefined } = {},
): AsyncGenerator<RunEvent, RunResult> {
  const { runtime, generator, recogniser, gallery, covariates } = options;
  const { signal, clock = () => 0 } = driver;
  const recipe = parseRecipe(options.recipe);
  const seconds: Record<RunStage, number> = { references: 0, variations: 0, images: 0, measure: 0 };
  const sessions = await openRecipeChain(runtime, { generator, recogniser, recipe, signal });
  try {
    yield { kind: 'stage', stage: 'references' };
    let start = clock();
    const stage = referenceOptions(recipe, { gallery });
    const references = yield* mapProgress('references', sampleReferences(sessions, stage, driver));
    seconds.references = clock() - start;

    let variations: VariationResult | null = null;
    if (recipe.variations !== null) {
      yield { kind: 'stage', stage: 'variations' };
      start = clock();
      const wanted = variationOptions(recipe, references, { covariates });
      const run = sampleVariations(sessions, wanted, { signal, clock });
      variations = yield* mapProgress('variations', run);
      seconds.variations = clock() - start;
    }

    yield { kind: 'stage', stage: 'images' };
    start = clock();
    yield* renderAll(sessions, { references, variations, signal });
    seconds.images = clock() - start;

    yield { kind: 'stage', stage: 'measure' };
    start = clock();
    const measures = await measure(runtime, {
      references,
      ...(variations === null ? {} : { variations }),
      ict: recipe.references.parameters.interClassThreshold,
      embeddingDim: sessions.embeddingDim,
      signal,
    });
    seconds.measure = clock() - start;
    return { references, variations, measures, seconds };
  } finally {
    await sessions.close();
  }
}

/** Passes a stage's progress on as events and returns its result. */
async function* mapProgress<K extends 'references' | 'variations', P, R>(
  kind: K,
  run: AsyncGenerator<P, R>,
): AsyncGenerator<{ readonly kind: K; readonly progress: P }, R> {
  let next = await run.next();
  while (next.done !== true) {
    yield { kind, progress: next.value };
    next = await run.next();
  }
  return next.value;
}

async function* renderAll(
  sessions: ChainSessions,
  options: {
    readonly references: ReferenceResult;
    readonly variations: VariationResult | null;
    readonly signal: AbortSignal | undefined;
  },
): AsyncGenerator<RunEvent, void> {
  const { references, variations, signal } = options;
  const D = sessions.latentDim;
  const parts = [
    { sampleKind: 'REFERENCE', latents: references.latents },
    { sampleKind: 'VARIATION', latents: variations?.latents ?? new Float32Array(0) },
  ] as const;
  const total = parts.reduce((sum, { latents }) => sum + latents.length / D, 0);
  let done = 0;
  for (const { sampleKind, latents } of parts) {
    for (const { first, count } of cut(latents.length / D, sessions.batchSize)) {
      const rows = latents.slice(first * D, (first + count) * D);
      const batch = await sessions.images(rows, { signal });
      done += count;
      yield { kind: 'images', progress: { sampleKind, firstRow: first, batch, done, total } };
    }
  }
}
