/** @file What is done once a day: things that nobody can come back to are removed. */

import type { Catalog } from '@colloid/catalog';
import type { ObjectStore } from '@colloid/storage';

import { cleanStorage, type StorageCleaned } from './clean-storage.ts';
import { removeOld } from './remove-old.ts';

/** What was removed. */
export interface HouseKept {
  /** Addresses of deleted teams whose time was over. */
  readonly teams: readonly string[];
  /** Deliveries of webhooks and read notifications. */
  readonly oldRows: number;
  /** Null where no days of grace are set: the store is left alone. */
  readonly storage: StorageCleaned | null;
}

/** Does all of it, and can be repeated at any time. Rows go before objects, since those of a team are nobody's then. */
export async function keepHouse(options: {
  readonly catalog: Pick<Catalog, 'teams' | 'references' | 'retention'>;
  readonly store: ObjectStore;
  /** See CleanStorageOptions; 0: the store is left alone. */
  readonly graceDays: number;
  /** Age at which ended deliveries and read notifications go, days. */
  readonly retentionDays: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}): Promise<HouseKept> {
  const { catalog, graceDays, retentionDays: days, now, signal } = options;
  const teams = await catalog.teams.purgeTeams({ signal });
  const oldRows = await removeOld({ catalog, days, now, signal });
  const storage = graceDays === 0 ? null : await cleanStorage(options);
  return { teams: teams.map(({ slug }) => slug), oldRows, storage };
}
