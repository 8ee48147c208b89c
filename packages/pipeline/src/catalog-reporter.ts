/** @file Writes what a run tells into the catalog, seldom enough to cost nothing. */

import type { Catalog, NewIteration } from '@colloid/catalog';
import type { ReferenceStatistics, VariationStatistics } from '@colloid/sampler';

import { type RunProgress, secondsLeft } from './progress.ts';
import type { RunReporter, RunStage } from './reporter.ts';

const PROGRESS_SECONDS = 0.5;

export interface CatalogReporterOptions {
  readonly catalog: Catalog;
  readonly runId: string;
  /** How far the run is, from how far its stage is. */
  readonly estimate: RunProgress;
  /** Seconds from any origin. */
  readonly clock: () => number;
}

/** A reporter that also ends the stage before when the next one starts; `close` ends the last. */
export interface CatalogReporter extends RunReporter {
  close(): Promise<void>;
}

/** Makes the reporter of one run. */
export function catalogReporter(options: CatalogReporterOptions): CatalogReporter {
  const { catalog, runId, clock, estimate } = options;
  const { execution } = catalog;
  const startedAt = clock();
  let stage: RunStage = 'PREPARE';
  let stageStartedAt = startedAt;
  let shareAtStart: number | null = null;
  let reportedAt = Number.NEGATIVE_INFINITY;
  let pending: NewIteration[] = [];

  const flush = async (): Promise<void> => {
    if (pending.length === 0) return;
    const iterations = pending;
    pending = [];
    await execution.recordIterations({ runId, iterations });
  };
  const endStage = async (): Promise<void> => {
    await flush();
    await execution.finishStage({ runId, stage, seconds: clock() - stageStartedAt });
    stageStartedAt = clock();
  };

  return {
    startStage: async (next) => {
      if (next !== stage) await endStage();
      stage = next;
      await execution.startStage({ runId, stage });
      reportedAt = Number.NEGATIVE_INFINITY;
    },
    progress: async (shareOfStage) => {
      if (clock() - reportedAt < PROGRESS_SECONDS && shareOfStage < 1) return;
      reportedAt = clock();
      await flush();
      const share = estimate.overall(stage, shareOfStage);
      shareAtStart ??= share;
      await execution.recordProgress({
        runId,
        progress: share,
        secondsLeft: secondsLeft({ seconds: clock() - startedAt, shareAtStart, share }),
      });
    },
    referenceIteration: async (statistics) => {
      pending.push(referenceRow(statistics));
    },
    variationIterations: async (statistics) => {
      pending.push(...statistics.map(variationRow));
      await flush();
    },
    preview: async (sheet) => {
      await execution.recordPreview({ runId, ...sheet });
    },
    checkpoint: async ({ iteration, digest, ...parts }) => {
      // Whoever looks at a checkpoint finds the iterations that led to it.
      await flush();
      const record = JSON.parse(JSON.stringify({ iteration, digest, ...parts })) as object;
      await execution.recordCheckpoint({ runId, iteration, digest, record });
    },
    partial: async (work) => {
      await flush();
      await execution.recordPartial({ runId, partial: { ...work } });
    },
    log: async (level, message) => {
      await execution.appendLog({ runId, level, message });
    },
    close: endStage,
  };
}

function referenceRow(statistics: ReferenceStatistics): NewIteration {
  const { iteration, theta, aboveIct, timestep, ...rest } = statistics;
  return {
    stage: 'REFERENCES',
    iteration,
    thetaMin: theta.min,
    thetaMean: theta.mean,
    thetaMax: theta.max,
    aboveIct,
    timestep,
    statistics: JSON.parse(JSON.stringify(rest)) as Record<string, never>,
  };
}

function variationRow(statistics: VariationStatistics): NewIteration {
  const { iteration, theta, ...rest } = statistics;
  return {
    stage: 'VARIATIONS',
    iteration,
    thetaMin: theta.min,
    thetaMean: theta.mean,
    thetaMax: theta.max,
    aboveIct: null,
    timestep: null,
    statistics: JSON.parse(JSON.stringify(rest)) as Record<string, never>,
  };
}
