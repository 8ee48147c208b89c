/** @file Pausing a run, and letting it go on. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { runEntity } from '../audit/entities.ts';
import { lendTransaction, type Db, type Enqueue } from '../context.ts';
import { CatalogError } from '../errors.ts';
import { notifyRun } from '../events/run-event.ts';
import type { PrismaClient, Run } from '../generated/client.ts';
import { isFinished, lockRunFor } from './run-state.ts';
import { holdTeam } from './write-role.ts';

interface RunByActor {
  readonly actor: Actor;
  readonly runId: string;
}

/** See RunService.requestPause. */
export function pauseRun(prisma: PrismaClient, { actor, runId }: RunByActor): Promise<Run> {
  return change(prisma, actor, async (tx) => {
    const run = await lockRunFor(tx, { actor, runId, action: 'run.pause' });
    if (run.state === 'PAUSED') return run;
    if (isFinished(run.state)) {
      throw conflict(
        `Run ${run.number} has already finished (${run.state}), so there is nothing left to pause.`,
      );
    }
    if (run.cancelRequestedAt !== null) {
      throw conflict(`Run ${run.number} is being cancelled, so it cannot be paused any more.`);
    }
    if (run.pauseRequestedAt !== null) return run;
    const isQueued = run.state === 'QUEUED';
    const paused = await tx.run.update({
      where: { id: runId },
      data: isQueued
        ? // The job that waits for it will find nothing to do.
          { state: 'PAUSED', jobId: null }
        : { pauseRequestedAt: new Date() },
    });
    if (!isQueued) await notifyRun(tx, { kind: 'PAUSE_REQUESTED', runId });
    await notifyRun(tx, { kind: 'RUN', runId });
    await record(tx, 'run.pause', run, paused);
    return paused;
  });
}

/** See RunService.resumeRun. */
export function resumeRun(
  prisma: PrismaClient,
  { actor, runId }: RunByActor,
  enqueue: Enqueue,
): Promise<Run> {
  return change(prisma, actor, async (tx) => {
    const run = await lockRunFor(tx, { actor, runId, action: 'run.pause' });
    if (run.state === 'RUNNING' && run.pauseRequestedAt !== null) {
      // It has not come to its next checkpoint yet: the request is taken back, and it simply goes on.
      const going = await tx.run.update({
        where: { id: runId },
        data: { pauseRequestedAt: null },
      });
      await notifyRun(tx, { kind: 'RUN', runId });
      await record(tx, 'run.resume', run, going);
      return going;
    }
    if (run.state !== 'PAUSED') {
      throw conflict(
        isFinished(run.state)
          ? `Run ${run.number} has already finished (${run.state}) and cannot be resumed; start a new run, or branch one from its checkpoints.`
          : `Run ${run.number} is ${run.state} and not paused, so there is nothing to resume.`,
      );
    }
    await holdTeam(tx, run.teamId);
    const queued = await tx.run.update({
      where: { id: runId },
      data: { state: 'QUEUED', pauseRequestedAt: null, jobId: null },
    });
    const recipe =
      run.recipeId === null
        ? null
        : await tx.recipe.findUniqueOrThrow({
            where: { id: run.recipeId },
            select: { definition: true },
          });
    await enqueue(lendTransaction(tx), runId, recipe?.definition ?? null);
    await notifyRun(tx, { kind: 'RUN', runId });
    await record(tx, 'run.resume', run, queued);
    return queued;
  });
}

async function record(
  tx: Db,
  action: 'run.pause' | 'run.resume',
  before: Run,
  after: Run,
): Promise<void> {
  const told = ({ state, pauseRequestedAt }: Run) => ({ state, pauseRequestedAt });
  recordChange(tx, {
    teamId: before.teamId,
    action,
    entity: await runEntity(tx, before),
    before: told(before),
    after: told(after),
  });
}

function conflict(message: string): CatalogError {
  return new CatalogError('CONFLICT', message, { path: ['runId'] });
}
