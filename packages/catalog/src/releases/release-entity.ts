/** @file What every change of a release has in common: its event in the log, and the word to whoever watches it. */

import { recordChange } from '../audit/change.ts';
import type { AuditAction } from '../audit/actions.ts';
import type { Db } from '../context.ts';
import { notifyRelease } from '../events/run-event.ts';
import type { Release } from '../generated/client.ts';

/** Writes the event, and tells those who watch once the transaction commits. */
export async function recordRelease(
  tx: Db,
  event: {
    readonly teamId: string;
    readonly release: Pick<Release, 'id' | 'datasetId' | 'number' | 'title'>;
    readonly action: Extract<AuditAction, `release.${string}`>;
    readonly before?: unknown;
    readonly after?: unknown;
  },
): Promise<void> {
  const { id, datasetId, number, title } = event.release;
  const { teamId, action, before, after } = event;
  recordChange(tx, {
    teamId,
    action,
    entity: { type: 'Release', id, label: `${title}, release ${number}`, datasetId },
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
  await notifyRelease(tx, id);
}
