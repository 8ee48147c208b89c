/** @file What somebody may see of one team's lineage, read once before a walk, so that each step asks SQL for visible nodes only. */

import type { Actor } from '../actor.ts';
import { isWithinKey, requireScope, teamDatasets, visibleDatasets } from '../authorise.ts';
import type { Db } from '../context.ts';
import { Prisma } from '../generated/client.ts';
import { can, type Action } from '../permissions.ts';
import { PUBLIC_RELEASES } from '../releases/release-role.ts';
import { LINEAGE_KINDS, type LineageKind } from './graph.ts';

/** Who walks, as SQL needs it. Nothing in a lineage crosses teams. */
export interface LineageScope {
  readonly teamId: string;
  /** Kinds of nodes that may be seen at all. */
  readonly kinds: ReadonlySet<LineageKind>;
  /** Datasets of the team whose runs, subsets and drafts of releases are seen: none for outsiders. */
  readonly madeIn: readonly string[];
  /** Datasets of the team whose versions are seen. */
  readonly versionsOf: readonly string[];
}

/** The table of each kind. */
const TABLES = {
  ModelVersion: Prisma.raw('"model_version"'),
  Gallery: Prisma.raw('"gallery"'),
  CovariateSet: Prisma.raw('"covariate_set"'),
  Recipe: Prisma.raw('"recipe"'),
  Run: Prisma.raw('"run"'),
  DatasetVersion: Prisma.raw('"dataset_version"'),
  Subset: Prisma.raw('"subset"'),
  Release: Prisma.raw('"release"'),
} as const satisfies Record<LineageKind, Prisma.Sql>;

/** What reading each kind is called in the table of permissions. */
const READING = {
  ModelVersion: 'model.read',
  Gallery: 'gallery.read',
  CovariateSet: 'covariates.read',
  Recipe: 'recipe.read',
  Run: 'run.read',
  DatasetVersion: 'version.read',
  Subset: 'version.read',
  Release: 'release.read',
} as const satisfies Record<LineageKind, Action>;

/** @throws CatalogError FORBIDDEN for an API key that may not read versions */
export async function scopeOfActor(db: Db, actor: Actor, teamId: string): Promise<LineageScope> {
  requireScope(actor, 'version.read');
  const membership = isWithinKey(actor, teamId)
    ? await db.membership.findUnique({
        where: { teamId_userId: { teamId, userId: actor.userId } },
      })
    : null;
  const idsOf = async (where: Prisma.DatasetWhereInput) => {
    const rows = await db.dataset.findMany({
      where: { AND: [{ teamId }, where] },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  };
  const versionsOf = await idsOf(visibleDatasets(actor, 'version.read'));
  const isInKey = (kind: LineageKind) => actor.key?.scopes.has(READING[kind]) ?? true;
  if (membership === null) {
    const kinds = (['DatasetVersion', 'Release'] as const).filter(isInKey);
    return { teamId, kinds: new Set(kinds), madeIn: [], versionsOf };
  }
  const kinds = LINEAGE_KINDS.filter(
    (kind) => can(membership.role, READING[kind]) && isInKey(kind),
  );
  return { teamId, kinds: new Set(kinds), madeIn: await idsOf(teamDatasets(actor)), versionsOf };
}

/** Everything of a team: for Colloid's own processes. */
export async function scopeOfTeam(db: Db, teamId: string): Promise<LineageScope> {
  const rows = await db.dataset.findMany({ where: { teamId }, select: { id: true } });
  const ids = rows.map(({ id }) => id);
  return { teamId, kinds: new Set(LINEAGE_KINDS), madeIn: ids, versionsOf: ids };
}

/** The rows `n` of a kind that may be seen, to be followed by AND or by nothing. */
export function visibleRows(scope: LineageScope, kind: LineageKind): Prisma.Sql {
  const table = TABLES[kind];
  if (!scope.kinds.has(kind)) return Prisma.sql`${table} n WHERE false`;
  switch (kind) {
    case 'ModelVersion':
    case 'Gallery':
    case 'CovariateSet':
    case 'Recipe':
      return Prisma.sql`${table} n WHERE n."teamId" = ${scope.teamId}::uuid`;
    case 'Run':
    case 'Subset':
      return Prisma.sql`${table} n WHERE n."datasetId" = ANY(${[...scope.madeIn]}::uuid[])`;
    case 'DatasetVersion':
      return Prisma.sql`${table} n WHERE n."datasetId" = ANY(${[...scope.versionsOf]}::uuid[])`;
    case 'Release': {
      const { reach, state } = PUBLIC_RELEASES;
      return Prisma.sql`${table} n WHERE (n."datasetId" = ANY(${[...scope.madeIn]}::uuid[])
        OR (n."reach"::text = ${reach} AND n."state"::text = ANY(${[...state.in]})
          AND EXISTS (SELECT 1 FROM "dataset" d WHERE d."id" = n."datasetId" AND d."teamId" = ${scope.teamId}::uuid)))`;
    }
  }
}
