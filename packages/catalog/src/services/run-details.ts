/** @file What a run has to show while it goes and afterwards: iterations, previews, checkpoints, log. */

import type { Actor } from '../actor.ts';
import { visibleRuns } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import type {
  RunCheckpoint,
  RunIteration,
  RunLogLine,
  RunPreview,
  RunStage,
} from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { isUuid } from '../paging/single-key.ts';

/** Most rows of one answer; a client that has seen some asks for those after. */
const MAX_ROWS = 5000;

/** Details of one run. A run that the actor may not see has none. */
export interface RunDetailService {
  /** Iterations of one or all stages, oldest first; `after` leaves out those up to that number. */
  iterationsOf(input: {
    readonly actor: Actor;
    readonly runId: string;
    readonly stage?: RunStage | null | undefined;
    readonly after?: number | null | undefined;
  }): Promise<RunIteration[]>;
  iterationOf(input: {
    readonly actor: Actor;
    readonly runId: string;
    readonly stage: RunStage;
    readonly iteration: number;
  }): Promise<RunIteration | null>;
  /** Previews, oldest first; `last` keeps only that many of the newest. */
  previewsOf(input: {
    readonly actor: Actor;
    readonly runId: string;
    readonly after?: number | null | undefined;
    readonly last?: number | null | undefined;
  }): Promise<RunPreview[]>;
  previewOf(input: {
    readonly actor: Actor;
    readonly runId: string;
    readonly iteration: number;
  }): Promise<RunPreview | null>;
  /** Checkpoints that a branch can begin from, oldest first. */
  checkpointsOf(input: { readonly actor: Actor; readonly runId: string }): Promise<RunCheckpoint[]>;
  /** Log lines, oldest first. */
  logLinesOf(input: {
    readonly actor: Actor;
    readonly runId: string;
    readonly after?: number | null | undefined;
  }): Promise<RunLogLine[]>;
  logLineOf(input: {
    readonly actor: Actor;
    readonly runId: string;
    readonly sequence: number;
  }): Promise<RunLogLine | null>;
}

/** Makes the service of details. */
export function createRunDetailService({ prisma }: ServiceContext): RunDetailService {
  return {
    iterationsOf: async ({ actor, runId, stage, after }) =>
      isUuid(runId)
        ? prisma.runIteration.findMany({
            where: {
              runId,
              run: visibleRuns(actor),
              ...(!isGiven(stage) ? {} : { stage }),
              ...(!isGiven(after) ? {} : { iteration: { gt: after } }),
            },
            orderBy: [{ stage: 'asc' }, { iteration: 'asc' }],
            take: MAX_ROWS,
          })
        : [],

    iterationOf: async ({ actor, runId, stage, iteration }) =>
      isUuid(runId)
        ? prisma.runIteration.findFirst({
            where: { runId, stage, iteration, run: visibleRuns(actor) },
          })
        : null,

    async previewsOf({ actor, runId, after, last }) {
      if (!isUuid(runId)) return [];
      const rows = await prisma.runPreview.findMany({
        where: {
          runId,
          run: visibleRuns(actor),
          ...(!isGiven(after) ? {} : { iteration: { gt: after } }),
        },
        orderBy: { iteration: !isGiven(last) ? 'asc' : 'desc' },
        take: Math.max(0, Math.min(last ?? MAX_ROWS, MAX_ROWS)),
      });
      return !isGiven(last) ? rows : rows.reverse();
    },

    previewOf: async ({ actor, runId, iteration }) =>
      isUuid(runId)
        ? prisma.runPreview.findFirst({ where: { runId, iteration, run: visibleRuns(actor) } })
        : null,

    checkpointsOf: async ({ actor, runId }) =>
      isUuid(runId)
        ? prisma.runCheckpoint.findMany({
            where: { runId, run: visibleRuns(actor) },
            orderBy: { iteration: 'asc' },
            take: MAX_ROWS,
          })
        : [],

    logLinesOf: async ({ actor, runId, after }) =>
      isUuid(runId)
        ? prisma.runLogLine.findMany({
            where: {
              runId,
              run: visibleRuns(actor),
              ...(!isGiven(after) ? {} : { sequence: { gt: after } }),
            },
            orderBy: { sequence: 'asc' },
            take: MAX_ROWS,
          })
        : [],

    logLineOf: async ({ actor, runId, sequence }) =>
      isUuid(runId)
        ? prisma.runLogLine.findFirst({ where: { runId, sequence, run: visibleRuns(actor) } })
        : null,
  };
}
