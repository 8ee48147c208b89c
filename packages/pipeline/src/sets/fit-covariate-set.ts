/** @file The making of a covariate set: labelled latents, directions, and strips of faces to look at. */

import type { Catalog, CovariateSetForMaking } from '@colloid/catalog';
import { decodeNpy } from '@colloid/formats';
import {
  encodeCovariateDirections,
  fitCovariates,
  type GeneratorModel,
  type LabelledLatents,
  loadGenerator,
  openGenerator,
  parseLatentLabels,
  type Runtime,
} from '@colloid/sampler';
import { type ObjectStore, putContent } from '@colloid/storage';

import { toJson } from '../digest.ts';
import { PipelineError } from '../errors.ts';
import { modelFiles } from '../load-models.ts';
import { isFaultOfTheSet, type SetEnding, setFile } from './making.ts';
import { type CovariateSource, ZCovariateSource } from './source.ts';
import { describeDirections } from './strips.ts';

export interface FitCovariateSetOptions {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly covariateSetId: string;
  /** Aborted when the worker stops or has lost the job; the making then begins again elsewhere. */
  readonly signal: AbortSignal;
}

/** Shares of the whole at which its parts end. */
const FITTED = 0.5;

/**
 * Makes a set that is CHECKING and leaves it READY or REFUSED. Run twice it changes nothing; killed anywhere it can be run again. What
 * is wrong with the upload ends up on the row; what is wrong with the surroundings is thrown.
 */
export async function fitCovariateSet(options: FitCovariateSetOptions): Promise<SetEnding> {
  const { catalog, covariateSetId } = options;
  const set = await catalog.setMaking.loadCovariateSetForMaking(covariateSetId);
  if (set === null) return 'NOTHING_TO_DO';
  try {
    const content = await make(set, options);
    const ready = { state: 'READY', ...content } as const;
    const written = await catalog.setMaking.finishCovariateSet(covariateSetId, ready);
    return written ? 'READY' : 'NOTHING_TO_DO';
  } catch (error) {
    if (options.signal.aborted || !isFaultOfTheSet(error)) throw error;
    const refused = { state: 'REFUSED', refusal: error.message } as const;
    const written = await catalog.setMaking.finishCovariateSet(covariateSetId, refused);
    return written ? 'REFUSED' : 'NOTHING_TO_DO';
  }
}

async function make(
  set: CovariateSetForMaking,
  options: FitCovariateSetOptions,
): Promise<{ readonly digest: string; readonly objectKey: string; readonly directions: object[] }> {
  const { catalog, store, runtime, covariateSetId, signal } = options;
  const progress = async (share: number): Promise<void> => {
    await catalog.setMaking.recordCovariateSetProgress(covariateSetId, share);
  };
  const generator = await loadGenerator(await modelFiles(store, set.generatorVersion));
  const source = ZCovariateSource.parse(set.source);
  const latents = await labelledLatents(source, { store, generator });
  const directions = await fitCovariates(latents, {
    signal,
    onProgress: (done, of) => progress((FITTED * done) / of),
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

async function labelledLatents(
  source: CovariateSource,
  { store, generator }: { readonly store: ObjectStore; readonly generator: GeneratorModel },
): Promise<LabelledLatents> {
  if (source.kind !== 'LATENTS') {
    throw new PipelineError(
      'SET_INVALID',
      'This set has nothing to be fitted to; register it again with labelled latents.',
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
