/** @file What people want of a run that goes on: looked for every second, however long its batches take. */

import type { Catalog } from '@colloid/catalog';

import { PipelineError } from './errors.ts';

const LOOK_EVERY_MS = 1000;

export interface RunWishes extends Disposable {
  readonly isPauseWanted: () => boolean;
  /** Aborted with PipelineError CANCELLED, or RUN_LOST where the run is not this worker's any more. */
  readonly signal: AbortSignal;
}

/** Looks until disposed. */
export function watchWishes(options: {
  readonly catalog: Catalog;
  readonly runId: string;
  readonly jobId: string | null;
}): RunWishes {
  const { catalog, runId, jobId } = options;
  const stop = new AbortController();
  let isPauseWanted = false;
  let isLooking = false;

  const look = async (): Promise<void> => {
    if (isLooking || stop.signal.aborted) return;
    isLooking = true;
    try {
      const wishes = await catalog.execution.readWishes({ runId, jobId });
      isPauseWanted = wishes.pause;
      if (wishes.isLost) {
        stop.abort(new PipelineError('RUN_LOST', 'The run is not at this worker any more.'));
      } else if (wishes.cancel) {
        stop.abort(new PipelineError('CANCELLED', 'The run was cancelled.'));
      }
    } catch {
      // A database that is away for a moment is asked again; one that stays away ends the run through its reports.
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  void look();
  return {
    isPauseWanted: () => isPauseWanted,
    signal: stop.signal,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
