/** @file Several people at the same thing at one moment, in an order that a test chooses instead of hoping for it. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { withConnection } from '../database/connect.ts';

/** Between two looks at who waits. */
const POLL_MS = 5;

/**
 * Begins one change after the other, each once the one before has done all of its work and has only its commit before it; then they
 * all commit, in that order. So each of them has read what is there while none of the earlier ones was to be seen yet, unless it
 * waited for their locks. A change that ends by itself, because it was refused or had nothing to tell the log, keeps nobody waiting.
 *
 * @param chain whose log all of them write: a change takes its head as its last lock, and the head is held until all have begun
 */
export function atOneMoment<T>(
  databaseUrl: string,
  chain: string,
  changes: readonly (() => Promise<T>)[],
): Promise<PromiseSettledResult<T>[]> {
  return withConnection(databaseUrl, (holder) =>
    withConnection(databaseUrl, async (watcher) => {
      await holder.query('BEGIN');
      await holder.query(
        `INSERT INTO "audit_chain" ("chain") VALUES ($1::uuid) ON CONFLICT DO NOTHING`,
        [chain],
      );
      await holder.query(`SELECT 1 FROM "audit_chain" WHERE "chain" = $1::uuid FOR UPDATE`, [
        chain,
      ]);
      let going = 0;
      const results: Promise<T>[] = [];
      for (const change of changes) {
        going += 1;
        const result = change();
        results.push(result);
        void result.then(
          () => (going -= 1),
          () => (going -= 1),
        );
        while ((await countWaiting(watcher)) < going) await delay(POLL_MS);
      }
      await holder.query('COMMIT');
      return Promise.allSettled(results);
    }),
  );
}

/** The outcome of each: DONE, the code of a refusal, or what else was thrown. */
export function outcomesOf(results: readonly PromiseSettledResult<unknown>[]): string[] {
  return results.map((result) =>
    result.status === 'fulfilled'
      ? 'DONE'
      : String((result.reason as { readonly code?: unknown }).code ?? result.reason),
  );
}

/** Sessions of the database that wait for a lock. */
async function countWaiting(watcher: Client): Promise<number> {
  const { rows } = await watcher.query<{ count: number }>(
    `SELECT count(*)::int AS "count" FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}
