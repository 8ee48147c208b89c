/** @file One measurement of a version that exists, as a job: from its row to what was found. */

import type { Catalog, Measurement, MeasurementEnding } from '@colloid/catalog';
import type { Runtime } from '@colloid/sampler';
import { isStorageError, type ObjectStore } from '@colloid/storage';

import { catalogActivities } from '../activities/catalog-activities.ts';
import { isPipelineError, PipelineError } from '../errors.ts';
import type { VersionSource } from '../versions/embeddings.ts';
import { metricsDigest, metricsOfVersion } from './dataset-metrics.ts';
import { leakageDigest, leakageOfVersion } from './leakage.ts';
import { getNearest } from './nearest-rows.ts';
import { progressWriter } from './report-progress.ts';

export interface MeasureVersionOptions {
  readonly catalog: Pick<Catalog, 'measuring' | 'contents' | 'activities'>;
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly measurementId: string;
  /** Aborted when the worker stops or has lost the job; the measurement then begins again elsewhere. */
  readonly signal: AbortSignal;
  /** Told of what kept a version from being measured, of which the row says a sentence only. */
  readonly onFault: (error: unknown) => void;
}

/** How {@link measureVersion} left the measurement. */
export type MeasureVersionEnding = MeasurementEnding['state'] | 'NOTHING_TO_DO';

/**
 * Makes a measurement that waits, and writes what was found. Run twice it changes nothing; killed anywhere it can be run again, and
 * comes out the same. What the version lacks ends it as FAILED, which somebody may try again.
 */
export async function measureVersion(
  options: MeasureVersionOptions,
): Promise<MeasureVersionEnding> {
  const { catalog, measurementId, signal } = options;
  const measurement = await catalog.measuring.beginMeasurement(measurementId);
  if (measurement === null) return 'NOTHING_TO_DO';
  const ending = await endingOf(measurement, options);
  signal.throwIfAborted();
  const written = await catalog.measuring.finishMeasurement(measurementId, ending);
  return written ? ending.state : 'NOTHING_TO_DO';
}

async function endingOf(
  measurement: Measurement,
  options: MeasureVersionOptions,
): Promise<MeasurementEnding> {
  const { catalog, signal, onFault } = options;
  const writer = progressWriter((share) => catalog.measuring.recordProgress(measurement.id, share));
  try {
    const found = await measureIt(measurement, { ...options, onProgress: writer.report });
    await writer.end();
    return { state: 'DONE', ...found };
  } catch (error) {
    if (signal.aborted) throw error;
    if (!isPipelineError(error)) onFault(error);
    return { state: 'FAILED', failure: faultOf(error) };
  }
}

async function measureIt(
  { versionId, galleryId }: Measurement,
  options: MeasureVersionOptions & { readonly onProgress: (share: number) => void },
): Promise<Omit<Extract<MeasurementEnding, { readonly state: 'DONE' }>, 'state'>> {
  const { catalog, store, runtime, signal, onProgress } = options;
  const { contents } = catalog;
  const version = await contents.loadContents(versionId);
  if (version === null) throw new Error(`Version ${versionId} is gone.`);
  const source: VersionSource = { store, contents, version, signal };
  const request = {
    ...source,
    activities: catalogActivities(catalog.activities),
    runtime,
    onProgress,
  };
  // What the catalog keeps is JSON, and is typed by whoever reads it.
  const kept = (metrics: unknown) => metrics as Record<string, never>;
  if (galleryId === null) {
    const found = await metricsOfVersion(request);
    return {
      inputsDigest: metricsDigest(request),
      metrics: kept(found.metrics),
      nearest: await getNearest(store, found.nearest),
    };
  }
  const [gallery] = await contents.galleriesWithRecognisers([galleryId]);
  if (gallery === undefined) {
    throw new PipelineError('UNMEASURABLE', 'The gallery is gone; choose another one.');
  }
  const metrics = kept(await leakageOfVersion({ ...request, gallery }));
  return { inputsDigest: leakageDigest({ version, gallery }), metrics };
}

/** What is missing or damaged is named; anything else is in the log of the worker, and no part of it is shown. */
function faultOf(error: unknown): string {
  if (isPipelineError(error)) return error.message;
  const isDamage = isStorageError(error, 'NOT_FOUND') || isStorageError(error, 'CORRUPT');
  return isDamage
    ? `What the measurement needs cannot be read: ${error.message}`
    : 'The version could not be measured, and the log of the worker says why; try it again.';
}
