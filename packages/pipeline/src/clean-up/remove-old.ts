/** @file Removes old deliveries of webhooks and read notifications, in batches. */

import type { Catalog } from '@colloid/catalog';

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
