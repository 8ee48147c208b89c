/** @file The sets of a run, read out of the object store and checked against their digests and the models of the run. */

import type { RecipeForExecution } from '@colloid/catalog';
import { decodeNpy } from '@colloid/formats';
import {
  type CovariateDirections,
  decodeCovariateDirections,
  type GeneratorModel,
  type RecogniserModel,
  type RecipeSets,
} from '@colloid/sampler';
import { getContent, isStorageError, type ObjectStore } from '@colloid/storage';

import { PipelineError } from './errors.ts';
import { getPeople, type People } from './sets/people.ts';

/** A set's data, and the digest by which activities depend on it. */
interface Loaded<Data> {
  readonly digest: string;
  readonly data: Data;
}

/** Unit rows `[M, E]`, and who they are where the gallery says so. */
export interface LoadedGallery extends Loaded<Float32Array> {
  readonly people: People | null;
  /** By which activities depend on them. */
  readonly labelsDigest: string | null;
}

/** The sets that a recipe names; null where it names none. */
export interface RunSets {
  /** Unit rows `[M, E]`. */
  readonly gallery: LoadedGallery | null;
  readonly covariates: Loaded<CovariateDirections> | null;
}

/** A recipe without sets. */
export const NO_SETS: RunSets = { gallery: null, covariates: null };

/** The sets as the sampler takes them. */
export function samplerSets({ gallery, covariates }: RunSets): RecipeSets {
  return { gallery: gallery?.data, covariates: covariates?.data };
}

/**
 * Loads both sets of a run's recipe.
 *
 * @throws PipelineError SET_FILE_MISSING, SET_INVALID; StorageError CORRUPT; CovariateError for directions that cannot be read
 */
export async function loadSets(
  store: ObjectStore,
  recipe: RecipeForExecution,
  models: { readonly generator: GeneratorModel; readonly recogniser: RecogniserModel },
): Promise<RunSets> {
  const { gallery, covariateSet } = recipe;
  return {
    gallery: gallery === null ? null : await loadGallery(store, gallery, models.recogniser),
    covariates:
      covariateSet === null ? null : await loadCovariates(store, covariateSet, models.generator),
  };
}

/** As {@link loadSets}, for the gallery alone. */
export async function loadGallery(
  store: ObjectStore,
  gallery: SetRow & { readonly labelsDigest: string | null },
  recogniser: RecogniserModel,
): Promise<LoadedGallery> {
  const { digest, bytes } = await contentOf(store, 'gallery', gallery);
  const { data, shape } = decodeNpy(bytes);
  if (data instanceof Float32Array && shape.length === 2 && shape[1] === recogniser.embeddingDim) {
    const { labelsDigest } = gallery;
    return { digest, data, labelsDigest, people: await getPeople(store, gallery) };
  }
  throw new PipelineError(
    'SET_INVALID',
    `The gallery ${gallery.name}@${gallery.version} holds [${shape.join(', ')}], and embeddings of ${recogniser.name} have ${recogniser.embeddingDim} numbers; choose a gallery of that recogniser.`,
  );
}

interface SetRow {
  readonly name: string;
  readonly version: string;
  readonly digest: string | null;
}

async function loadCovariates(
  store: ObjectStore,
  set: SetRow,
  generator: GeneratorModel,
): Promise<Loaded<CovariateDirections>> {
  const { digest, bytes } = await contentOf(store, 'covariate set', set);
  const data = decodeCovariateDirections(bytes);
  if (data.latentDim === generator.latentDim) return { digest, data };
  throw new PipelineError(
    'SET_INVALID',
    `The covariate set ${set.name}@${set.version} is for latents of ${data.latentDim} numbers, and those of ${generator.name} have ${generator.latentDim}; choose a set of that generator.`,
  );
}

async function contentOf(
  store: ObjectStore,
  what: string,
  { name, version, digest }: SetRow,
): Promise<{ readonly digest: string; readonly bytes: Uint8Array }> {
  if (digest === null) {
    throw new PipelineError(
      'SET_INVALID',
      `The ${what} ${name}@${version} is not READY, and only READY ones can be used; see its page.`,
    );
  }
  const bytes = await getContent(store, digest).catch((cause: unknown) => {
    if (!isStorageError(cause, 'NOT_FOUND')) throw cause;
    throw new PipelineError(
      'SET_FILE_MISSING',
      `The content of the ${what} ${name}@${version} is no longer in the object store; restore it from a backup, or register the set again under a new version.`,
      { cause },
    );
  });
  return { digest, bytes };
}
