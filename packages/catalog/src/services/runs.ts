/** @file Runs as people see them: start, branch, pause, cancel, list, read. */

import type { Actor } from '../actor.ts';
import { requireRole, visibleRuns } from '../authorise.ts';
import type { Enqueue, ServiceContext } from '../context.ts';
import { notFound } from '../errors.ts';
import type { Prisma, Run, RunImport } from '../generated/client.ts';
import { cleanIds, groupInOrder, inIdOrder } from '../in-order.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { isNumber, isUuid, readDescending } from '../paging/single-key.ts';
import { branchRun, type NewBranch } from './branch-run.ts';
import { cancelRun } from './cancel-run.ts';
import { createImport, type NewImport } from './create-import.ts';
import { createRun, type NewRun } from './create-run.ts';
import { pauseRun, resumeRun } from './pause-run.ts';

/** Which runs to list: a dataset's by number, or a team's by time; newest first. */
export type RunScope = { readonly datasetId: string } | { readonly teamId: string };

/** Runs. */
export interface RunService {
  /**
   * Checks permission and budget, reserves, writes the run and enqueues its job, all in one transaction.
   * The same idempotency key again returns the run that is there and enqueues nothing.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID, BUDGET_EXCEEDED, CONFLICT (key used for another run)
   */
  createRun(input: NewRun, enqueue: Enqueue): Promise<Run>;
  /**
   * Starts a run that imports images instead of executing a recipe. What it needs of the budgets is reserved when its source
   * has been read. Idempotency as for createRun.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID (texts, files, a recogniser that is not READY), CONFLICT
   */
  createImport(input: NewImport, enqueue: Enqueue): Promise<Run>;
  /** Throws what createImport would, before anybody sends gigabytes. @throws CatalogError NOT_FOUND, FORBIDDEN */
  requireImporter(input: { readonly actor: Actor; readonly teamId: string }): Promise<void>;
  /** What a run was imported from, or null, per run id. */
  importsOfRuns(input: {
    readonly actor: Actor;
    readonly runIds: readonly string[];
  }): Promise<(RunImport | null)[]>;
  /**
   * Ends a queued or paused run at once; asks the worker of a running one to stop, which then ends it. Asking twice changes nothing.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, CONFLICT (already finished)
   */
  requestCancel(input: { readonly actor: Actor; readonly runId: string }): Promise<Run>;
  /**
   * Pauses a queued run at once; asks the worker of a running one to stop at its next checkpoint. Its budget stays
   * reserved. Pausing twice changes nothing.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, CONFLICT (finished, or being cancelled)
   */
  requestPause(input: { readonly actor: Actor; readonly runId: string }): Promise<Run>;
  /**
   * Queues a paused run again, in one transaction with its job. Of a running one whose pause has not come into effect
   * yet it takes the request back.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, CONFLICT (finished, or not paused)
   */
  resumeRun(
    input: { readonly actor: Actor; readonly runId: string },
    enqueue: Enqueue,
  ): Promise<Run>;
  /**
   * Starts a run of the same dataset whose references begin with a checkpoint of another run. Permission, budget and
   * idempotency are those of createRun.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID (no such checkpoint, another pair of models, or what
   *   `checkBranch` says), BUDGET_EXCEEDED, CONFLICT
   */
  branchRun(input: NewBranch, enqueue: Enqueue): Promise<Run>;
  /** The runs that were branched from a run, per run id, oldest first. */
  branchesOfRuns(input: {
    readonly actor: Actor;
    readonly runIds: readonly string[];
  }): Promise<Run[][]>;
  /** One run or null per id. */
  runsByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(Run | null)[]>;
  runByNumber(input: {
    readonly actor: Actor;
    readonly datasetId: string;
    readonly number: number;
  }): Promise<Run | null>;
  listRuns(input: {
    readonly actor: Actor;
    readonly scope: RunScope;
    readonly page?: PageRequest;
  }): Promise<Page<Run>>;
  countRuns(input: { readonly actor: Actor; readonly scope: RunScope }): Promise<number>;
}

/** Makes the service of runs. */
export function createRunService({ prisma }: ServiceContext): RunService {
  const inScope = async (actor: Actor, scope: RunScope): Promise<Prisma.RunWhereInput> => {
    if ('teamId' in scope) {
      await requireRole(prisma, { actor, teamId: scope.teamId, action: 'run.read' });
      return { AND: [{ teamId: scope.teamId }, visibleRuns(actor)] };
    }
    if (!isUuid(scope.datasetId)) throw notFound('dataset');
    return { AND: [{ datasetId: scope.datasetId }, visibleRuns(actor)] };
  };

  return {
    createRun: (input, enqueue) => createRun(prisma, input, enqueue),

    createImport: (input, enqueue) => createImport(prisma, input, enqueue),

    async requireImporter({ actor, teamId }) {
      await requireRole(prisma, { actor, teamId, action: 'run.import' });
    },

    async importsOfRuns({ actor, runIds }) {
      const found = await prisma.runImport.findMany({
        where: { AND: [{ runId: { in: cleanIds(runIds) } }, { run: visibleRuns(actor) }] },
      });
      const byRun = new Map(found.map((row) => [row.runId, row]));
      return runIds.map((runId) => byRun.get(runId) ?? null);
    },

    requestCancel: (input) => cancelRun(prisma, input),

    requestPause: (input) => pauseRun(prisma, input),

    resumeRun: (input, enqueue) => resumeRun(prisma, input, enqueue),

    branchRun: (input, enqueue) => branchRun(prisma, input, enqueue),

    async branchesOfRuns({ actor, runIds }) {
      const branches = await prisma.run.findMany({
        where: { AND: [{ branchedFromId: { in: cleanIds(runIds) } }, visibleRuns(actor)] },
        orderBy: { id: 'asc' },
      });
      return groupInOrder(runIds, branches, (run) => run.branchedFromId ?? '');
    },

    async runsByIds({ actor, ids }) {
      const where = { AND: [{ id: { in: cleanIds(ids) } }, visibleRuns(actor)] };
      return inIdOrder(ids, await prisma.run.findMany({ where }));
    },

    runByNumber: async ({ actor, datasetId, number }) =>
      isUuid(datasetId)
        ? prisma.run.findFirst({ where: { AND: [{ datasetId, number }, visibleRuns(actor)] } })
        : null,

    async listRuns({ actor, scope, page = {} }) {
      const where = await inScope(actor, scope);
      if ('datasetId' in scope) {
        return readDescending(page, {
          keyOf: (run: Run) => run.number,
          isKey: isNumber,
          find: ({ key, order, take }) =>
            prisma.run.findMany({
              where: { AND: [where, { number: key }] },
              orderBy: { number: order },
              take,
            }),
        });
      }
      return readDescending(page, {
        keyOf: (run: Run) => run.id,
        isKey: isUuid,
        find: ({ key, order, take }) =>
          prisma.run.findMany({
            where: { AND: [where, { id: key }] },
            orderBy: { id: order },
            take,
          }),
      });
    },

    countRuns: async ({ actor, scope }) => prisma.run.count({ where: await inScope(actor, scope) }),
  };
}
