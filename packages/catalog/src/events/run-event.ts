/** @file What is said about runs and releases between processes, over PostgreSQL's NOTIFY. */

import { z } from 'zod';
import type { Db } from '../context.ts';
import { RunStage } from '../generated/client.ts';

/** Channel of NOTIFY. */
export const RUN_CHANNEL = 'colloid_run';

const ZRunEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('RUN'), runId: z.uuid(), hasEnded: z.literal(true).optional() }),
  z.object({ kind: z.literal('CANCEL_REQUESTED'), runId: z.uuid() }),
  z.object({ kind: z.literal('PAUSE_REQUESTED'), runId: z.uuid() }),
  z.object({
    kind: z.literal('ITERATION'),
    runId: z.uuid(),
    stage: z.enum(RunStage),
    iteration: z.int(),
  }),
  z.object({ kind: z.literal('PREVIEW'), runId: z.uuid(), iteration: z.int() }),
  z.object({ kind: z.literal('LOG'), runId: z.uuid(), sequence: z.int() }),
  z.object({ kind: z.literal('RELEASE'), releaseId: z.uuid() }),
  z.object({ kind: z.literal('NOTICE'), userId: z.string() }),
]);

/**
 * Something changed about a run: its row (RUN; with `hasEnded` for the last time, after all that was recorded of it), a wish to cancel or
 * pause it, or a row beside it, named by its key; or something about a release (RELEASE); or somebody has something new to read, or has
 * read it (NOTICE). One channel for all of them, since a listener holds a connection.
 */
export type RunChange = z.infer<typeof ZRunEvent>;

/** A change, or RESYNC: the connection was lost for a while and changes may have been missed, so read again. */
export type RunEvent = RunChange | { readonly kind: 'RESYNC' };

/** Tells every listener once the transaction commits; nobody where it does not. */
export async function notifyRun(tx: Db, change: RunChange): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${RUN_CHANNEL}, ${JSON.stringify(change)})`;
}

/** Tells every listener that something about a release has changed, once the transaction commits. */
export async function notifyRelease(tx: Db, releaseId: string): Promise<void> {
  await notifyRun(tx, { kind: 'RELEASE', releaseId });
}

/** Reads a payload; null where it is not one of ours (a newer version of Colloid may say more). */
export function parseRunChange(payload: string): RunChange | null {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    // Anybody with the database's password can NOTIFY; what is no JSON is not for us.
    return null;
  }
  const result = ZRunEvent.safeParse(value);
  return result.success ? result.data : null;
}
