/** @file The end of a run that no worker could end. */

import { type Catalog, isCatalogError } from '@colloid/catalog';

import type { RunEnding } from './execute-run.ts';
import type { LostRun } from './queue/queue.ts';

/**
 * Ends it as FAILED with what the last try said, or as CANCELLED where somebody asked for that, and gives its budget back. Nothing
 * happens to a run that has ended otherwise, is paused, or is gone.
 */
export async function endLostRun({
  catalog,
  runId,
  tries,
  lastError,
}: LostRun & { readonly catalog: Catalog }): Promise<
  Extract<RunEnding, 'FAILED' | 'CANCELLED' | 'NOTHING_TO_DO'>
> {
  const { execution } = catalog;
  const failure = `No worker could end this run in ${String(tries)} tries. ${
    lastError === null
      ? 'The last worker that had it was gone without a word; look at the memory of its machine and at its log'
      : `The last one said: ${lastError.replace(/\.?$/, '.')} Look at the logs of the workers`
  }, and start a new run once that is mended.`;
  try {
    if ((await execution.readWishes({ runId })).cancel) {
      await execution.finishRun({ runId, state: 'CANCELLED' });
      return 'CANCELLED';
    }
    await execution.finishRun({ runId, state: 'FAILED', failure });
    await execution.appendLog({ runId, level: 'error', message: failure });
    return 'FAILED';
  } catch (error) {
    if (isCatalogError(error, 'CONFLICT') || isCatalogError(error, 'NOT_FOUND')) {
      return 'NOTHING_TO_DO';
    }
    throw error;
  }
}
