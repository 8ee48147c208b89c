/** @file The states a run goes through, and what may follow what. */

import type { Actor } from '../actor.ts';
import { change } from '../audit/change.ts';
import { requireAction, requireScope, visibleRuns } from '../authorise.ts';
import type { Db } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { PrismaClient, Run, RunState } from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';
import type { Action } from '../permissions.ts';

/** What may follow each state. RUNNING follows itself when another worker takes a run over. */
const NEXT: Readonly<Record<RunState, readonly RunState[]>> = {
  QUEUED: ['RUNNING', 'PAUSED', 'CANCELLED', 'FAILED'],
  RUNNING: ['RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED'],
  PAUSED: ['QUEUED', 'CANCELLED'],
  SUCCEEDED: [],
  FAILED: [],
  CANCELLED: [],
};

/** Whether nothing can follow the state. */
export function isFinished(state: RunState): boolean {
  return NEXT[state].length === 0;
}

/** Takes the run's row for the rest of the transaction, so that its state cannot change meanwhile. @throws CatalogError NOT_FOUND */
export async function lockRun(tx: Db, runId: string): Promise<Run> {
  if (!isUuid(runId)) throw notFound('run', ['runId']);
  await tx.$queryRaw`SELECT 1 FROM "run" WHERE "id" = ${runId}::uuid FOR NO KEY UPDATE`;
  const run = await tx.run.findUnique({ where: { id: runId } });
  if (run === null) throw notFound('run', ['runId']);
  return run;
}

/** As {@link lockRun}, for an actor who must be allowed to do `action` with it. @throws CatalogError NOT_FOUND, FORBIDDEN */
export async function lockRunFor(
  tx: Db,
  options: { readonly actor: Actor; readonly runId: string; readonly action: Action },
): Promise<Run> {
  const { actor, runId, action } = options;
  requireScope(actor, action);
  const visible = isUuid(runId)
    ? await tx.run.findFirst({
        where: { AND: [{ id: runId }, visibleRuns(actor)] },
        select: {
          team: { select: { slug: true, memberships: { where: { userId: actor.userId } } } },
        },
      })
    : null;
  const role = visible?.team.memberships[0]?.role;
  if (visible === null || role === undefined) throw notFound('run', ['runId']);
  requireAction(role, action, visible.team.slug);
  return lockRun(tx, runId);
}

/** @throws CatalogError CONFLICT where `state` cannot follow the run's. */
export function checkTransition(run: Pick<Run, 'number' | 'state'>, state: RunState): void {
  if (NEXT[run.state].includes(state)) return;
  throw new CatalogError(
    'CONFLICT',
    isFinished(run.state)
      ? `Run ${run.number} has already finished (${run.state}) and cannot become ${state}; start a new run.`
      : `Run ${run.number} is ${run.state} and cannot become ${state}; ${toBegin(run.state)} first.`,
    { path: ['runId'] },
  );
}

/** Runs `body` in a change() by Colloid while the run is RUNNING and cannot stop being so. @throws CatalogError NOT_FOUND, CONFLICT */
export function whileRunning<T>(
  prisma: PrismaClient,
  runId: string,
  body: (tx: Db, run: Run) => Promise<T>,
): Promise<T> {
  return change(prisma, null, async (tx) => {
    const run = await lockRun(tx, runId);
    if (run.state === 'RUNNING') return body(tx, run);
    throw new CatalogError(
      'CONFLICT',
      isFinished(run.state)
        ? `Run ${run.number} has already finished (${run.state}), so nothing more can be recorded for it.`
        : `Run ${run.number} is ${run.state}; ${toBegin(run.state)} before it records anything.`,
      { path: ['runId'] },
    );
  });
}

function toBegin(state: RunState): string {
  return state === 'PAUSED' ? 'somebody has to resume it' : 'a worker has to begin it';
}
