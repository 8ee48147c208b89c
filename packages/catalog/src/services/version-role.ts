/** @file Whether somebody may change a version, or make something of it. */

import type { Actor } from '../actor.ts';
import { isWithinKey, requireAction, requireScope, visibleDatasets } from '../authorise.ts';
import type { Db } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { DatasetVersion } from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';
import type { Action } from '../permissions.ts';

/** A version, and the team in whose log its changes belong. */
export interface VersionOfTeam {
  readonly version: DatasetVersion;
  readonly teamId: string;
}

/**
 * A version of a team the actor belongs to with the role that `action` needs.
 *
 * @throws CatalogError NOT_FOUND where they may not see it, FORBIDDEN where they may see it and no more
 */
export async function requireVersion(
  db: Db,
  options: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly action: Action;
    /** Where the id stood in the input. @default ['versionId'] */
    readonly path?: readonly string[];
  },
): Promise<VersionOfTeam> {
  const { actor, versionId, action, path = ['versionId'] } = options;
  requireScope(actor, action);
  const memberships = { where: { userId: actor.userId } };
  const found = isUuid(versionId)
    ? await db.datasetVersion.findFirst({
        where: { id: versionId, dataset: visibleDatasets(actor, 'version.read') },
        include: { dataset: { include: { team: { include: { memberships } } } } },
      })
    : null;
  if (found === null) throw notFound('dataset version', path);
  const {
    dataset: { team },
    ...version
  } = found;
  const role = isWithinKey(actor, team.id) ? team.memberships[0]?.role : undefined;
  if (role === undefined) {
    throw new CatalogError(
      'FORBIDDEN',
      'This dataset is public but not of a team of yours, so you can look at it and change nothing.',
    );
  }
  requireAction(role, action, team.slug);
  return { version, teamId: team.id };
}
