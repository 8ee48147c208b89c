/** @file A few faces of many versions at once: what lists and graphs show of them. */

import type { Actor } from '../actor.ts';
import { visibleDatasets } from '../authorise.ts';
import { Prisma, type PrismaClient } from '../generated/client.ts';
import { cleanIds, groupInOrder } from '../in-order.ts';
import type { Sample } from '../selection/sample.ts';
import { SAMPLE_COLUMNS } from '../selection/sample-query.ts';
import { BLOCK_BITS } from '../selection/version-scope.ts';

/** Most faces of one version. */
const MOST_COVERS = 24;

/** The references of the first identities of each dataset's latest version, per dataset id. */
export async function coversOfDatasets(
  prisma: PrismaClient,
  input: { readonly actor: Actor; readonly datasetIds: readonly string[]; readonly count: number },
): Promise<Sample[][]> {
  const visible = await prisma.dataset.findMany({
    where: { AND: [{ id: { in: cleanIds(input.datasetIds) } }, visibleDatasets(input.actor)] },
    select: { id: true },
  });
  return readCovers(prisma, {
    keys: input.datasetIds,
    count: input.count,
    versions: Prisma.sql`
      SELECT DISTINCT ON ("datasetId") "id", "datasetId" AS "coverOf" FROM "dataset_version"
      WHERE "datasetId" = ANY(${visible.map((row) => row.id)}::uuid[])
      ORDER BY "datasetId", "number" DESC`,
  });
}

/** The references of the first identities of each version, per version id. */
export async function coversOfVersions(
  prisma: PrismaClient,
  input: { readonly actor: Actor; readonly versionIds: readonly string[]; readonly count: number },
): Promise<Sample[][]> {
  const visible = await prisma.datasetVersion.findMany({
    where: {
      id: { in: cleanIds(input.versionIds) },
      dataset: visibleDatasets(input.actor, 'version.read'),
    },
    select: { id: true },
  });
  return readCovers(prisma, {
    keys: input.versionIds,
    count: input.count,
    versions: Prisma.sql`
      SELECT "id", "id" AS "coverOf" FROM "dataset_version"
      WHERE "id" = ANY(${visible.map((row) => row.id)}::uuid[])`,
  });
}

type Cover = Sample & { coverOf?: string };

async function readCovers(
  prisma: PrismaClient,
  options: {
    readonly keys: readonly string[];
    readonly count: number;
    /** SELECT of "id" of a version and "coverOf", the key that it stands for. */
    readonly versions: Prisma.Sql;
  },
): Promise<Sample[][]> {
  const limit = Math.max(1, Math.min(options.count, MOST_COVERS));
  const rows = await prisma.$queryRaw<Cover[]>`
    SELECT v."coverOf", s.*
    FROM (${options.versions}) v
    CROSS JOIN LATERAL (
      SELECT ${SAMPLE_COLUMNS} FROM "version_part" p JOIN "sample" s ON s."runId" = p."runId"
      LEFT JOIN "selection_block" b ON p."stride" IS NOT NULL AND b."versionId" = p."versionId"
        AND b."runId" = p."runId" AND b."entity" = 'IDENTITY' AND b."block" = s."identityOrdinal" / ${BLOCK_BITS}::int
      WHERE p."versionId" = v."id" AND s."ordinal" = 0
        AND (p."stride" IS NULL OR get_bit(b."bits", s."identityOrdinal" % ${BLOCK_BITS}::int) = 1)
      ORDER BY s."runId", s."identityOrdinal" LIMIT ${limit}
    ) s
    ORDER BY v."coverOf", s."runId", s."identityOrdinal"`;
  const groups = groupInOrder(options.keys, rows, (row) => row.coverOf ?? '');
  return groups.map((group) => group.map(withoutCoverOf));
}

function withoutCoverOf(cover: Cover): Sample {
  const sample = { ...cover };
  delete sample.coverOf;
  return sample;
}
