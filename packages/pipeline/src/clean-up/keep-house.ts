/** @file What is done once a day: things that nobody can come back to are removed. */

import type { Catalog } from '@colloid/catalog';

/** What was removed. */
export interface HouseKept {
  /** Addresses of deleted teams whose time was over. */
  readonly teams: readonly string[];
}

/** Does all of it, and can be repeated at any time. */
export async function keepHouse(options: {
  readonly catalog: Pick<Catalog, 'teams'>;
  readonly signal: AbortSignal;
}): Promise<HouseKept> {
  const { catalog, signal } = options;
  const teams = await catalog.teams.purgeTeams({ signal });
  return { teams: teams.map(({ slug }) => slug) };
}
