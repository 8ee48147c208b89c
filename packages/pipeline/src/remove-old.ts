/** @file Removes old deliveries of webhooks and read notifications, every hour, in batches. */

import { setTimeout as delay } from 'node:timers/promises';

import type { Catalog } from '@colloid/catalog';

const EVERY_MS = 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What {@link removeOld} works with. */
export interface RemoveOldOptions {
  readonly catalog: Pick<Catalog, 'retention'>;
  /** Age at which they go, days. */
  readonly days: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Removes all that is too old, batch after batch, until there is none or the signal. @returns how many rows */
export async function removeOld(options: RemoveOldOptions): Promise<number> {
  const { catalog, days, now, signal } = options;
  const before = new Date(now() - days * DAY_MS);
  let removed = 0;
  while (!signal.aborted) {
    const { deliveries, notifications } = await catalog.retention.removeOld({ before });
    if (deliveries + notifications === 0) break;
    removed += deliveries + notifications;
  }
  return removed;
}

/** Does so at once and then every hour, until the signal. Every worker may: they share the work. */
export async function keepRemovingOld(
  options: RemoveOldOptions & {
    readonly onRemoved: (rows: number) => void;
    readonly onFault: (error: unknown) => void;
  },
): Promise<void> {
  const { signal, onRemoved, onFault } = options;
  while (!signal.aborted) {
    try {
      const rows = await removeOld(options);
      if (rows > 0) onRemoved(rows);
    } catch (error) {
      onFault(error);
    }
    // Aborted: the loop sees that by itself.
    await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
