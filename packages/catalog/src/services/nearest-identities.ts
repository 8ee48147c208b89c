/** @file The nearest other identity of each within a whole version, which need not be that within its run. */

import type { Actor } from '../actor.ts';
import { visibleDatasets } from '../authorise.ts';
import { CatalogError } from '../errors.ts';
import { Prisma, type Identity, type PrismaClient } from '../generated/client.ts';
import { cleanIds, inOrder } from '../in-order.ts';
import { readPage, type Page, type PageRequest } from '../paging/page.ts';
import { compileIdentityFilter, type IdentityWhere } from '../selection/filter.ts';
import { keyLength, keysetRange } from '../selection/keyset.ts';
import type { RowOrder } from '../selection/orders.ts';
import type { VersionScope } from '../selection/version-scope.ts';

/** Names an identity in a version. */
export interface VersionIdentityKey {
  readonly versionId: string;
  readonly runId: string;
  readonly ordinal: number;
}

/** The nearest other identity of one, in a version. */
export interface NearestOther extends VersionIdentityKey {
  readonly nearestRunId: string;
  readonly nearestOrdinal: number;
  /** θ between the two references, radians. */
  readonly distance: number;
}

/** Whether a version is one whole run, whose identities know their nearest other one by themselves. */
export function isOneRun({ parts }: Pick<VersionScope, 'parts'>): boolean {
  return (
    parts.length === 1 && parts.every(({ stride, isMeasured }) => stride === null && isMeasured)
  );
}

/** The same of a row `v`, in SQL. */
const IS_ONE_RUN = Prisma.sql`(
  SELECT count(*) = 1 AND bool_and(p."stride" IS NULL AND (r."kind" <> 'IMPORT' OR m."recogniserVersionId" IS NOT NULL))
  FROM "version_part" p JOIN "run" r ON r."id" = p."runId" LEFT JOIN "run_import" m ON m."runId" = r."id"
  WHERE p."versionId" = v."id")`;

interface KnownVersion {
  readonly id: string;
  readonly isOneRun: boolean;
  readonly isMeasured: boolean;
}

/** Of versions that the actor may see. */
async function readKnown(
  prisma: PrismaClient,
  actor: Actor,
  versionIds: readonly string[],
): Promise<readonly KnownVersion[]> {
  const visible = await prisma.datasetVersion.findMany({
    where: { id: { in: cleanIds(versionIds) }, dataset: visibleDatasets(actor, 'version.read') },
    select: { id: true },
  });
  const ids = visible.map(({ id }) => id);
  return prisma.$queryRaw<KnownVersion[]>`
    SELECT v."id", ${IS_ONE_RUN} AS "isOneRun",
      EXISTS (SELECT 1 FROM "nearest_identity" n WHERE n."versionId" = v."id") AS "isMeasured"
    FROM "dataset_version" v WHERE v."id" = ANY(${ids}::uuid[])`;
}

/** Whether the nearest identities within each version are known: it is one whole run, or was measured. */
export async function knowNearest(
  prisma: PrismaClient,
  input: { readonly actor: Actor; readonly versionIds: readonly string[] },
): Promise<boolean[]> {
  const known = await readKnown(prisma, input.actor, input.versionIds);
  const ids = new Set(
    known.filter(({ isOneRun, isMeasured }) => isOneRun || isMeasured).map(({ id }) => id),
  );
  return input.versionIds.map((id) => ids.has(id));
}

/** The nearest other identity per key; null where it is not known, there is none, or the actor may not see the version. */
export async function nearestInVersions(
  prisma: PrismaClient,
  input: { readonly actor: Actor; readonly keys: readonly VersionIdentityKey[] },
): Promise<(NearestOther | null)[]> {
  const { actor, keys } = input;
  const known = await readKnown(
    prisma,
    actor,
    keys.map(({ versionId }) => versionId),
  );
  const ofOneRun = known.filter(({ isOneRun }) => isOneRun).map(({ id }) => id);
  const others = known.filter(({ isOneRun }) => !isOneRun).map(({ id }) => id);
  const json = JSON.stringify(
    keys.filter(({ versionId }) => known.some(({ id }) => id === versionId)),
  );
  const rows = await prisma.$queryRaw<NearestOther[]>`
    WITH k AS (
      SELECT * FROM json_to_recordset(${json}::json) AS k("versionId" uuid, "runId" uuid, "ordinal" int)
    )
    SELECT n.* FROM k JOIN "nearest_identity" n
      ON n."versionId" = k."versionId" AND n."runId" = k."runId" AND n."ordinal" = k."ordinal"
    WHERE k."versionId" = ANY(${others}::uuid[])
    UNION ALL
    SELECT k."versionId", i."runId", i."ordinal", i."runId", i."nearestOrdinal", i."nearestDistance"
    FROM k JOIN "version_part" p ON p."versionId" = k."versionId" AND p."runId" = k."runId"
      JOIN "identity" i ON i."runId" = k."runId" AND i."ordinal" = k."ordinal"
    WHERE k."versionId" = ANY(${ofOneRun}::uuid[]) AND i."nearestOrdinal" IS NOT NULL
      AND i."nearestDistance" IS NOT NULL`;
  const name = (key: VersionIdentityKey): string => `${key.versionId}/${key.runId}/${key.ordinal}`;
  return inOrder(keys, rows, { key: name, item: name });
}

type NearIdentity = Identity & { readonly distance: number };

const BY_DISTANCE: RowOrder<NearIdentity> = {
  columns: [
    { sql: Prisma.sql`n."distance"`, type: 'float' },
    { sql: Prisma.sql`n."runId"`, type: 'uuid' },
    { sql: Prisma.sql`n."ordinal"`, type: 'int' },
  ],
  mark: 'nearest in version',
  keyOf: ({ distance, runId, ordinal }) => ['nearest in version', distance, runId, ordinal],
};

/**
 * The identities of a version that was measured, those closest to another one of it first.
 *
 * @throws CatalogError INVALID where it was not
 */
export async function listByNearest(
  prisma: PrismaClient,
  input: {
    readonly scope: VersionScope;
    readonly where: IdentityWhere | null | undefined;
    readonly page: PageRequest;
  },
): Promise<Page<Identity>> {
  const { scope, where, page } = input;
  const { versionId } = scope;
  const [known] = await prisma.$queryRaw<{ isMeasured: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM "nearest_identity" WHERE "versionId" = ${versionId}::uuid) AS "isMeasured"`;
  if (known?.isMeasured !== true) {
    throw new CatalogError(
      'INVALID',
      'Which identities are nearest to each other in this version is not known. Have the version measured, or order by NEAREST_DISTANCE, which is that within their runs.',
      { path: ['orderBy'] },
    );
  }
  const filter = compileIdentityFilter(where, scope);
  // A measurement has a row for each identity of the version and for no other.
  return readPage<NearIdentity>(page, {
    keyLength: keyLength(BY_DISTANCE),
    keyOf: BY_DISTANCE.keyOf,
    read: (query) => prisma.$queryRaw<NearIdentity[]>`
      SELECT i.*, n."distance" FROM "nearest_identity" n
      JOIN "identity" i ON i."runId" = n."runId" AND i."ordinal" = n."ordinal"
      WHERE n."versionId" = ${versionId}::uuid AND ${filter.condition} ${keysetRange(BY_DISTANCE, query)}`,
  });
}
