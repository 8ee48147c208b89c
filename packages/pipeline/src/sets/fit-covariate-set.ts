/** @file The making of a covariate set: labelled latents, directions, and strips of faces to look at. */

import type { Catalog, CovariateSetForMaking } from '@colloid/catalog';
import { decodeNpy } from '@colloid/formats';
import {
  encodeCovariateDirections,
  fitCovariates,
  type GeneratorModel,
  type LabelledLatents,
  loadGenerator,
  loadRecogniser,
  openGenerator,
  parseLatentLabels,
  type ProjectionOptions,
  type Runtime,
} from '@colloid/sampler';
import { type ObjectStore, putContent } from '@colloid/storage';

import { toJson } from '../digest.ts';
import { PipelineError } from '../errors.ts';
import { modelFiles } from '../load-models.ts';
import { forgetImages, isFaultOfTheSet, type SetEnding, setFile } from './making.ts';
import { projectArchive, type ProjectArchiveOptions } from './project-archive.ts';
import { type CovariateSource, ZCovariateSource } from './source.ts';
import type { StoredProjection } from './stored.ts';
import { describeDirections } from './strips.ts';

export interface FitCovariateSetOptions {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly covariateSetId: string;
  /** Aborted when the worker stops or has lost the job; the making then begins again elsewhere. */
  readonly signal: AbortSignal;
  /** Seconds from any origin. */
  readonly clock: () => number;
  /** How images are projected. @default as published */
  readonly projection?: ProjectionOptions;
}

/** Shares of the whole at which its parts end: projection, where there are images, is nearly all of it. */
const PROJECTED = 0.9;
const FITTED = 0.95;

/**
 * Makes a set that is CHECKING and leaves it READY or REFUSED. Run twice it changes nothing; killed anywhere it can be run again. What
 * is wrong with the upload ends up on the row; what is wrong with the surroundings is thrown.
 */
export async function fitCovariateSet(options: FitCovariateSetOptions): Promise<SetEnding> {
  const { catalog, covariateSetId } = options;
  const set = await catalog.setMaking.loadCovariateSetForMaking(covariateSetId);
  if (set === null) return 'NOTHING_TO_DO';
  const ending = await makeOrRefuse(set, options);
  const source = ZCovariateSource.parse(set.source);
  if (source.kind === 'IMAGES') await forgetImages(options, source.images.digest);
  return ending;
}

async function makeOrRefuse(
  set: CovariateSetForMaking,
  options: FitCovariateSetOptions,
): Promise<SetEnding> {
  const { catalog, covariateSetId } = options;
  let report: object | undefined;
  try {
    const content = await make(set, options, (projection) => {
      report = toJson(projection) as object;
    });
    const ready = { state: 'READY', ...content, report } as const;
    const written = await catalog.setMaking.finishCovariateSet(covariateSetId, ready);
    return written ? 'READY' : 'NOTHING_TO_DO';
  } catch (error) {
    if (options.signal.aborted || !isFaultOfTheSet(error)) throw error;
    const refused = { state: 'REFUSED', refusal: error.message, report } as const;
    const written = await catalog.setMaking.finishCovariateSet(covariateSetId, refused);
    return written ? 'REFUSED' : 'NOTHING_TO_DO';
  }
}

async function make(
  set: CovariateSetForMaking,
  options: FitCovariateSetOptions,
  onProjection: (projection: StoredProjection) => void,
): Promise<{ readonly digest: string; readonly objectKey: string; readonly directions: object[] }> {
  const { catalog, store, runtime, covariateSetId, signal } = options;
  const progress = async (share: number): Promise<void> => {
    await catalog.setMaking.recordCovariateSetProgress(covariateSetId, share);
  };
  const generator = await loadGenerator(await modelFiles(store, set.generatorVersion));
  const source = ZCovariateSource.parse(set.source);
  const latents =
    source.kind === 'IMAGES'
      ? await projected(set, { ...options, source, generator, onProjection, onProgress: progress })
      : await labelledLatents(source, { store, generator });
  const begun = source.kind === 'IMAGES' ? PROJECTED : 0;
  const directions = await fitCovariates(latents, {
    signal,
    onProgress: (done, of) => progress(begun + ((FITTED - begun) * done) / of),
  });
  const sessions = await openGenerator(runtime, generator);
  try {
    const described = await describeDirections({
      store,
      generator: sessions,
      set: directions,
      signal,
      onProgress: (share) => progress(FITTED + (1 - FITTED) * share),
    });
    const { digest, key } = await putContent(store, encodeCovariateDirections(directions), {
      contentType: 'application/json',
    });
    return { digest, objectKey: key, directions: described.map((each) => toJson(each) as object) };
  } finally {
    await sessions.close();
  }
}

/** Latents of the images that could be projected; the report says what became of the others. */
async function projected(
  set: CovariateSetForMaking,
  options: FitCovariateSetOptions &
    Pick<ProjectArchiveOptions, 'source' | 'generator' | 'onProgress'> & {
      readonly onProjection: (projection: StoredProjection) => void;
    },
): Promise<LabelledLatents> {
  if (set.recogniserVersion === null) {
    throw new PipelineError(
      'SET_INVALID',
      'Images are projected by comparing faces, which needs a recogniser; register the set again with one.',
    );
  }
  const recogniser = await loadRecogniser(await modelFiles(options.store, set.recogniserVersion));
  const { latents, projection } = await projectArchive({
    ...options,
    recogniser,
    onProgress: (share) => options.onProgress(PROJECTED * share),
  });
  options.onProjection(projection);
  if (latents.labels.length > 0) return latents;
  const [first] = projection.images;
  throw new PipelineError(
    'SET_INVALID',
    `None of the images could be projected; ${first?.file ?? ''}: ${first?.failure ?? ''}`,
  );
}

async function labelledLatents(
  source: Exclude<CovariateSource, { readonly kind: 'IMAGES' }>,
  { store, generator }: { readonly store: ObjectStore; readonly generator: GeneratorModel },
): Promise<LabelledLatents> {
  if (source.kind === 'BUILT_IN') {
    throw new PipelineError(
      'SET_INVALID',
      'The set comes with its generator and is registered with it; there is nothing to fit it to. Register another one from labelled latents or images.',
    );
  }
  const { data, dtype, shape } = decodeNpy(await setFile(store, source.latents));
  const { latentDim } = generator;
  if (!(data instanceof Float32Array) || shape.length !== 2 || shape[1] !== latentDim) {
    throw new PipelineError(
      'SET_INVALID',
      `The npy file holds ${dtype} [${shape.join(', ')}], and latents of ${generator.name}@${generator.version} are float32 [rows, ${latentDim}]; save them in that form, or choose the generator that they belong to.`,
    );
  }
  const labels = parseLatentLabels(new TextDecoder().decode(await setFile(store, source.labels)));
  return { latents: data, latentDim, labels };
}
