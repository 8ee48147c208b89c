/** @file Several kinds of job, of which a process does one at a time. */

import { setTimeout as delay } from 'node:timers/promises';

import type { PgBoss } from 'pg-boss';

/** How long a process waits that could not begin to fetch again. */
const AGAIN_MS = 2000;

/** Begins to fetch a kind; `around` is to be called around each of its jobs. Gives the id by which fetching can be ended. */
export type Fetch = (around: (job: () => Promise<void>) => Promise<void>) => Promise<string>;

/**
 * Fetches all kinds while none is at hand. While a job of one is, none of the others is fetched: it would wait here, though another worker
 * may be free. (Two that were fetched in the same moment are both kept.) Returns what ends that, for good.
 */
export async function alternate(
  boss: PgBoss,
  kinds: ReadonlyMap<string, Fetch>,
): Promise<() => void> {
  const fetching = new Map<string, string>();
  let atHand = 0;
  const over = new AbortController();
  const end = (name: string, id: string): Promise<void> => boss.offWork(name, { id, wait: false });

  const fetchAll = async (): Promise<void> => {
    for (const [name, fetch] of kinds) {
      // Whoever has a job at hand comes back here at its end.
      if (over.signal.aborted || atHand > 0) return;
      if (fetching.has(name)) continue;
      const id = await fetch((job) => around(name, job));
      if (over.signal.aborted || atHand > 0) await end(name, id);
      else fetching.set(name, id);
    }
  };
  let latest = Promise.resolve();
  const fetchAgain = (): void => {
    latest = latest.then(async () => {
      while (!over.signal.aborted) {
        try {
          await fetchAll();
          return;
        } catch (error) {
          boss.emit('error', error instanceof Error ? error : new Error(String(error)));
          await delay(AGAIN_MS);
        }
      }
    });
  };
  const around = async (name: string, job: () => Promise<void>): Promise<void> => {
    atHand += 1;
    try {
      for (const [other, id] of fetching) {
        if (other === name) continue;
        fetching.delete(other);
        await end(other, id);
      }
      await job();
    } finally {
      atHand -= 1;
      if (atHand === 0) fetchAgain();
    }
  };

  await fetchAll();
  return () => {
    over.abort();
  };
}
