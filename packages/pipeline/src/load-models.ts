/** @file The models of a run, read out of the object store and checked against what the recipe pinned. */

import type { RecipeForExecution } from '@colloid/catalog';
import {
  type GeneratorModel,
  loadGenerator,
  loadRecogniser,
  type RecogniserModel,
} from '@colloid/sampler';
import { getContent, type ObjectStore } from '@colloid/storage';

import { PipelineError } from './errors.ts';

type ModelVersion = RecipeForExecution['generatorVersion'];

/** Loads both models of a recipe. */
export async function loadModels(
  store: ObjectStore,
  recipe: RecipeForExecution,
): Promise<{ readonly generator: GeneratorModel; readonly recogniser: RecogniserModel }> {
  const generator = await loadGenerator(await modelFiles(store, recipe.generatorVersion));
  const recogniser = await loadRecogniser(await modelFiles(store, recipe.recogniserVersion));
  return { generator, recogniser };
}

/** The manifest and files of a version, verified. @throws PipelineError MODEL_FILE_MISSING */
export async function modelFiles(
  store: ObjectStore,
  version: ModelVersion,
): Promise<{ manifest: unknown; files: Record<string, Uint8Array> }> {
  const files: Record<string, Uint8Array> = {};
  for (const [name, digest] of Object.entries(version.files as Record<string, string>)) {
    files[name] = await getContent(store, digest).catch((cause: unknown) => {
      throw new PipelineError(
        'MODEL_FILE_MISSING',
        `The file ${name} of ${version.name}@${version.version} cannot be read from the object store; register that model version again.`,
        { cause },
      );
    });
  }
  return { manifest: version.manifest, files };
}
