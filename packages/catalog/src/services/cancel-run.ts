/** @file Cancelling a run. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { runEntity } from '../audit/entities.ts';
import { CatalogError } from '../errors.ts';
import { notifyRun } from '../events/run-event.ts';
import type { PrismaClient, Run } from '../generated/client.ts';
import { releaseBudgets } from './budget-reservations.ts';
import { lockRunFor } from './run-state.ts';

/** See RunService.requestCancel. */
export function cancelRun(
  prisma: PrismaClient,
  { actor, runId }: { readonly actor: Actor; readonly runId: string },
): Promise<Run> {
  return change(prisma, actor, async (tx) => {
    const run = await lockRunFor(tx, { actor, runId, action: 'run.cancel' });
    const record = async (after: object) =>
      recordChange(tx, {
        teamId: run.teamId,
        action: 'run.cancel',
        entity: await runEntity(tx, run),
        before: { state: run.state },
        after,
      });
    if (run.state === 'QUEUED' || run.state === 'PAUSED') {
      const now = new Date();
      const data = { state: 'CANCELLED', cancelRequestedAt: now, finishedAt: now } as const;
      const cancelled = await tx.run.update({ where: { id: runId }, data });
      await tx.runShard.deleteMany({ where: { runId } });
      await releaseBudgets(tx, runId);
      await notifyRun(tx, { kind: 'RUN', runId, hasEnded: true });
      await record({ state: 'CANCELLED' });
      return cancelled;
    }
    if (run.state !== 'RUNNING') {
      throw new CatalogError(
        'CONFLICT',
        `Run ${run.number} has already finished (${run.state}), so there is nothing left to cancel.`,
        { path: ['runId'] },
      );
    }
    if (run.cancelRequestedAt !== null) return run;
    const asked = await tx.run.update({
      where: { id: runId },
      data: { cancelRequestedAt: new Date() },
    });
    await notifyRun(tx, { kind: 'CANCEL_REQUESTED', runId });
    await notifyRun(tx, { kind: 'RUN', runId });
    await record({ state: run.state, cancelRequestedAt: asked.cancelRequestedAt });
    return asked;
  });
}
