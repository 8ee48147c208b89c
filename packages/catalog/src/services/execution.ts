/** @file What workers write about a run while they execute it. Trusted: no actor. */

import { change, recordChange } from '../audit/change.ts';
import { runEntity } from '../audit/entities.ts';
import type { Db, ServiceContext } from '../context.ts';
import { notifyRun } from '../events/run-event.ts';
import type {
  CovariateSet,
  Dataset,
  Gallery,
  ModelVersion,
  Prisma,
  Recipe,
  Run,
  RunCheckpoint,
  RunImport,
  RunIteration,
  RunLogLine,
  RunPreview,
  RunStage,
} from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';
import { releaseBudgets } from './budget-reservations.ts';
import { planImport, type ImportPlan } from './create-import.ts';
import { checkTransition, isFinished, lockRun, whileRunning } from './run-state.ts';

/** A recipe with the models and sets that it names. */
export type RecipeForExecution = Recipe & {
  readonly generatorVersion: ModelVersion;
  readonly recogniserVersion: ModelVersion;
  readonly gallery: Gallery | null;
  readonly covariateSet: CovariateSet | null;
};

/** What an import says of its source, with the recogniser that is to embed the images. */
export type ImportForExecution = RunImport & { readonly recogniserVersion: ModelVersion | null };

/** A run that executes a recipe, with all that it needs to know. */
export type SamplingRun = Run & {
  readonly dataset: Dataset;
  readonly recipe: RecipeForExecution;
  readonly imported: null;
};

/** A run that imports images, with all that it needs to know. */
export type ImportRun = Run & {
  readonly dataset: Dataset;
  readonly recipe: null;
  readonly imported: ImportForExecution;
};

/** A run with all that its execution needs to know. */
export type RunForExecution = SamplingRun | ImportRun;

/** Statistics of one iteration; angles in radians. */
export type NewIteration = Omit<RunIteration, 'runId' | 'createdAt' | 'statistics'> & {
  readonly statistics: Prisma.InputJsonValue;
};

/** What people want of a running run. */
export interface RunWishes {
  readonly cancel: boolean;
  /** Whether it is gone, or not RUNNING by this job any more. */
  readonly isLost: boolean;
  readonly pause: boolean;
}

/** A state of the references that stays as long as the run. */
export interface NewCheckpoint {
  readonly runId: string;
  readonly iteration: number;
  readonly digest: string;
  /** Where the arrays are, as whoever reads them understands it. */
  readonly record: Prisma.InputJsonValue;
}

/** How a run ends without a version. Success is `versions.commitVersion`, which does the same with a version. */
export type RunEnd =
  { readonly state: 'FAILED'; readonly failure: string } | { readonly state: 'CANCELLED' };

/**
 * Writing about runs. Every call but loadRun throws CatalogError NOT_FOUND for a run that is gone and CONFLICT for one
 * that is not RUNNING (so a worker that lost its run cannot write over its successor's end); all of them can be repeated.
 */
export interface ExecutionService {
  /** The run with its recipe, models and dataset; null where it is gone. */
  loadRun(runId: string): Promise<RunForExecution | null>;
  /**
   * Takes the run: QUEUED → RUNNING, or RUNNING again after another worker died. Null where there is nothing to do: it
   * is gone, finished or paused, or another job has it (a run that was paused and resumed may have left an old one).
   * The first worker's `weightMemoryMb` stays the run's.
   */
  beginRun(input: {
    readonly runId: string;
    readonly provider: string;
    readonly machine: string;
    /** The queue's job, the same again when another worker takes it over. @default null: no queue, no check */
    readonly jobId?: string | null | undefined;
    /** Megabytes that faster forms of convolutions may add to the weights. @default null: what the sampler takes by itself */
    readonly weightMemoryMb?: number | null;
  }): Promise<RunForExecution | null>;
  startStage(input: { readonly runId: string; readonly stage: RunStage }): Promise<void>;
  /** Adds to the seconds of the stage, so that a run continued elsewhere counts all of its time. */
  finishStage(input: {
    readonly runId: string;
    readonly stage: RunStage;
    readonly seconds: number;
  }): Promise<void>;
  /** `progress` 0 to 1 of the whole run. */
  recordProgress(input: {
    readonly runId: string;
    readonly progress: number;
    readonly secondsLeft: number | null;
  }): Promise<void>;
  /** Iterations already recorded stay as they are. */
  recordIterations(input: {
    readonly runId: string;
    readonly iterations: readonly NewIteration[];
  }): Promise<void>;
  /** Replaces the preview of the same iteration. */
  recordPreview(input: RunPreview): Promise<void>;
  /** Appends a line and returns it with its sequence number (from 1). */
  appendLog(input: {
    readonly runId: string;
    readonly level: 'info' | 'warn' | 'error';
    readonly message: string;
  }): Promise<RunLogLine>;
  /** What the worker that has the run should heed; cheap enough for every second. */
  readWishes(input: {
    readonly runId: string;
    readonly jobId?: string | null | undefined;
  }): Promise<RunWishes>;
  /**
   * RUNNING → PAUSED, where the pause is still wanted; the budget stays reserved. False where it was taken back
   * meanwhile, and the run is to go on.
   */
  pauseRun(runId: string): Promise<boolean>;
  /**
   * Says how much an import makes once its source has been read, and reserves it from every budget above. Saying it again
   * changes nothing.
   *
   * @throws CatalogError BUDGET_EXCEEDED with the numbers
   */
  planImport(input: { readonly runId: string } & ImportPlan): Promise<void>;
  /** Keeps a checkpoint for branching; one of the same iteration stays as it is. */
  recordCheckpoint(checkpoint: NewCheckpoint): Promise<void>;
  /** The checkpoint of that iteration; null where the run keeps none. */
  findCheckpoint(input: {
    readonly runId: string;
    readonly iteration: number;
  }): Promise<RunCheckpoint | null>;
  /** What there is to look at of a run that will make no version; replaces what was recorded before. */
  recordPartial(input: {
    readonly runId: string;
    readonly partial: Prisma.InputJsonObject;
  }): Promise<void>;
  /** Ends the run and gives its budget back; ending it the same way again changes nothing. */
  finishRun(input: { readonly runId: string } & RunEnd): Promise<Run>;
}

const FOR_EXECUTION = {
  dataset: true,
  imported: { include: { recogniserVersion: true } },
  recipe: {
    include: {
      generatorVersion: true,
      recogniserVersion: true,
      gallery: true,
      covariateSet: true,
    },
  },
} as const satisfies Prisma.RunInclude;

/** Makes the service of execution. */
export function createExecutionService({ prisma }: ServiceContext): ExecutionService {
  const loadRun = async (runId: string, db: Db = prisma): Promise<RunForExecution | null> => {
    if (!isUuid(runId)) return null;
    const run = await db.run.findUnique({ where: { id: runId }, include: FOR_EXECUTION });
    return run === null ? null : runForExecution(run);
  };

  const update = (runId: string, data: Prisma.RunUncheckedUpdateInput): Promise<Run> =>
    whileRunning(prisma, runId, async (tx) => {
      const run = await tx.run.update({ where: { id: runId }, data });
      await notifyRun(tx, { kind: 'RUN', runId });
      return run;
    });

  return {
    loadRun: (runId) => loadRun(runId),

    beginRun: ({ runId, provider, machine, jobId = null, ...own }) =>
      change(prisma, null, async (tx) => {
        if ((await loadRun(runId, tx)) === null) return null;
        const run = await lockRun(tx, runId);
        if (isFinished(run.state) || run.state === 'PAUSED' || isOfOther(run, jobId)) return null;
        const startedAt = run.startedAt ?? new Date();
        const weightMemoryMb = run.weightMemoryMb ?? own.weightMemoryMb ?? null;
        const data = { state: 'RUNNING', provider, machine, startedAt, jobId } as const;
        await tx.run.update({ where: { id: runId }, data: { ...data, weightMemoryMb } });
        await notifyRun(tx, { kind: 'RUN', runId });
        recordChange(tx, {
          teamId: run.teamId,
          action: 'run.begin',
          entity: await runEntity(tx, run),
          before: { state: run.state },
          after: { state: 'RUNNING', provider, machine },
        });
        return loadRun(runId, tx);
      }),

    startStage: async ({ runId, stage }) => {
      await update(runId, { stage });
    },

    finishStage: ({ runId, stage, seconds }) =>
      whileRunning(prisma, runId, async (tx, run) => {
        const before = stageSeconds(run.secondsPerStage);
        const secondsPerStage = { ...before, [stage]: (before[stage] ?? 0) + seconds };
        await tx.run.update({ where: { id: runId }, data: { secondsPerStage } });
        await notifyRun(tx, { kind: 'RUN', runId });
      }),

    async recordProgress({ runId, progress, secondsLeft }) {
      const share = Math.min(1, Math.max(0, progress));
      await update(runId, { progress: share, secondsLeft });
    },

    recordIterations: ({ runId, iterations }) =>
      whileRunning(prisma, runId, async (tx) => {
        await tx.runIteration.createMany({
          data: iterations.map((iteration) => ({ ...iteration, runId })),
          skipDuplicates: true,
        });
        for (const { stage, iteration } of iterations) {
          await notifyRun(tx, { kind: 'ITERATION', runId, stage, iteration });
        }
      }),

    recordPreview: (preview) =>
      whileRunning(prisma, preview.runId, async (tx) => {
        const { runId, iteration } = preview;
        await tx.runPreview.upsert({
          where: { runId_iteration: { runId, iteration } },
          create: preview,
          update: preview,
        });
        await notifyRun(tx, { kind: 'PREVIEW', runId, iteration });
      }),

    appendLog: ({ runId, level, message }) =>
      prisma.$transaction(async (tx) => {
        // A line about how a run ended is welcome after its end too; the lock gives one number at a time.
        await lockRun(tx, runId);
        const last = await tx.runLogLine.aggregate({ where: { runId }, _max: { sequence: true } });
        const sequence = (last._max.sequence ?? 0) + 1;
        const line = await tx.runLogLine.create({ data: { runId, sequence, level, message } });
        await notifyRun(tx, { kind: 'LOG', runId, sequence });
        return line;
      }),

    async readWishes({ runId, jobId = null }) {
      const run = await prisma.run.findUnique({
        where: { id: runId },
        select: { state: true, jobId: true, cancelRequestedAt: true, pauseRequestedAt: true },
      });
      return {
        cancel: run !== null && run.cancelRequestedAt !== null,
        isLost: run === null || run.state !== 'RUNNING' || isOfOther(run, jobId),
        pause: run !== null && run.pauseRequestedAt !== null,
      };
    },

    pauseRun: (runId) =>
      whileRunning(prisma, runId, async (tx, run) => {
        if (run.pauseRequestedAt === null || run.cancelRequestedAt !== null) return false;
        await tx.run.update({
          where: { id: runId },
          data: { state: 'PAUSED', pauseRequestedAt: null, jobId: null, secondsLeft: null },
        });
        await notifyRun(tx, { kind: 'RUN', runId });
        recordChange(tx, {
          teamId: run.teamId,
          action: 'run.paused',
          entity: await runEntity(tx, run),
          before: { state: run.state },
          after: { state: 'PAUSED' },
        });
        return true;
      }),

    planImport: ({ runId, ...plan }) => planImport(prisma, runId, plan),

    recordCheckpoint: (checkpoint) =>
      whileRunning(prisma, checkpoint.runId, async (tx) => {
        await tx.runCheckpoint.createMany({ data: [checkpoint], skipDuplicates: true });
        await notifyRun(tx, { kind: 'RUN', runId: checkpoint.runId });
      }),

    findCheckpoint: ({ runId, iteration }) =>
      prisma.runCheckpoint.findUnique({ where: { runId_iteration: { runId, iteration } } }),

    async recordPartial({ runId, partial }) {
      await update(runId, { partial });
    },

    finishRun: ({ runId, ...end }) =>
      change(prisma, null, async (tx) => {
        const run = await lockRun(tx, runId);
        if (run.state === end.state) return run;
        checkTransition(run, end.state);
        const finished = await tx.run.update({
          where: { id: runId },
          data: {
            state: end.state,
            failure: end.state === 'FAILED' ? end.failure : null,
            secondsLeft: null,
            finishedAt: new Date(),
          },
        });
        await tx.runShard.deleteMany({ where: { runId } });
        await releaseBudgets(tx, runId);
        await notifyRun(tx, { kind: 'RUN', runId, hasEnded: true });
        recordChange(tx, {
          teamId: run.teamId,
          action: 'run.end',
          entity: await runEntity(tx, run),
          before: { state: run.state },
          after: { state: finished.state, failure: finished.failure },
        });
        return finished;
      }),
  };
}

/** A CHECK says that a run without a recipe is an import, and createImport writes both rows in one transaction. */
function runForExecution(
  run: Prisma.RunGetPayload<{ include: typeof FOR_EXECUTION }>,
): RunForExecution {
  const { recipe, imported, ...rest } = run;
  if (recipe !== null) return { ...rest, recipe, imported: null };
  if (imported === null) throw new Error(`Run ${run.id} has neither a recipe nor a source.`);
  return { ...rest, recipe, imported };
}

/** Whether a job other than this one has the run. */
function isOfOther(run: Pick<Run, 'state' | 'jobId'>, jobId: string | null): boolean {
  return run.state === 'RUNNING' && jobId !== null && run.jobId !== null && run.jobId !== jobId;
}

/** Seconds by stage as the run's row holds them; what is no number is left out. */
export function stageSeconds(value: Prisma.JsonValue): Partial<Record<RunStage, number>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const entries = Object.entries(value).filter(([, seconds]) => typeof seconds === 'number');
  return Object.fromEntries(entries);
}
