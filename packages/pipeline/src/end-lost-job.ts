/** @file The end of what a job was to make that no worker could end. */

import { type Catalog, isCatalogError } from '@colloid/catalog';

import type { LostJob } from './queue/lost-jobs.ts';

/**
 * Says on the row that people look at that it will not be made, and what to do; a run gives its budget back. What went wrong stands in
 * the logs of the workers, and no part of it is shown. Nothing happens to what has ended otherwise, or is gone.
 *
 * @returns whether there was something to end
 */
export async function endLostJob(
  catalog: Catalog,
  { job, tries }: Pick<LostJob, 'job' | 'tries'>,
): Promise<boolean> {
  const inVain = (what: string, next: string): string =>
    `${what} could not be ended in ${String(tries)} tries, and the logs of the workers say why; ${next} once that is mended.`;
  switch (job.name) {
    case 'run.execute':
      return endLostRun(catalog, job.payload.runId, inVain('This run', 'start a new one'));
    case 'model.check': {
      const { modelVersionId } = job.payload;
      const version = await catalog.modelChecks.loadForCheck(modelVersionId);
      if (version === null) return false;
      const refusal = inVain('The check', 'register the model again');
      const { digest } = version;
      return catalog.modelChecks.finishCheck({ modelVersionId, digest, state: 'REFUSED', refusal });
    }
    case 'gallery.make': {
      const refusal = inVain('Its making', 'register it again');
      return catalog.setMaking.finishGallery(job.payload.galleryId, { state: 'REFUSED', refusal });
    }
    case 'covariates.fit': {
      const refusal = inVain('Its making', 'register it again');
      const ending = { state: 'REFUSED', refusal } as const;
      return catalog.setMaking.finishCovariateSet(job.payload.covariateSetId, ending);
    }
    case 'version.measure': {
      const failure = inVain('The measurement', 'ask for it again');
      const ending = { state: 'FAILED', failure } as const;
      return catalog.measuring.finishMeasurement(job.payload.measurementId, ending);
    }
    case 'release.check': {
      const sentence = inVain('The check', 'run the checks again');
      return catalog.releaseChecks.finishCheck(job.payload, { state: 'ERRORED', sentence });
    }
  }
}

/** FAILED, or CANCELLED where somebody asked for that. */
async function endLostRun(catalog: Catalog, runId: string, failure: string): Promise<boolean> {
  const { execution } = catalog;
  try {
    if ((await execution.readWishes({ runId })).cancel) {
      await execution.finishRun({ runId, state: 'CANCELLED' });
      return true;
    }
    await execution.finishRun({ runId, state: 'FAILED', failure });
    await execution.appendLog({ runId, level: 'error', message: failure });
    return true;
  } catch (error) {
    if (isCatalogError(error, 'CONFLICT') || isCatalogError(error, 'NOT_FOUND')) return false;
    throw error;
  }
}
