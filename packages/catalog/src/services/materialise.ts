/** @file Turning what a query selects into a version: its samples as bits, not as rows. */

import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import { Prisma, type DatasetVersion } from '../generated/client.ts';
import { KEY_COLUMNS, selectionOf, type SampleQuery } from '../selection/sample-query.ts';
import {
  readParts,
  samplePosition,
  sampleMembership,
  type VersionScope,
} from '../selection/version-scope.ts';
import { beginVersion, finishVersion, insertBlocks } from './new-version.ts';

/** What is made a version of. */
export interface Materialisation {
  readonly scope: VersionScope;
  readonly query: SampleQuery;
  readonly authorId: string;
  readonly message: string;
  /** The saved subset it came from; null for a query that has no name. */
  readonly subset: { readonly id: string; readonly name: string } | null;
}

/** Makes the version inside a transaction. @throws CatalogError INVALID, CONFLICT where the query selects nothing */
export async function materialise(tx: Db, input: Materialisation): Promise<DatasetVersion> {
  const { scope, query, subset } = input;
  const { source, condition } = selectionOf(scope, query, {
    path: ['query'],
    columns: KEY_COLUMNS,
  });
  const parent = await tx.datasetVersion.findUniqueOrThrow({ where: { id: scope.versionId } });
  const draft = await beginVersion(tx, {
    datasetId: scope.datasetId,
    origin: 'SUBSET',
    message: input.message,
    authorId: input.authorId,
    parentIds: [scope.versionId],
    query: {
      query: JSON.parse(JSON.stringify(query)) as Prisma.InputJsonObject,
      subset: subset?.name ?? null,
      parentDigest: parent.digest,
    },
    subsetId: subset?.id ?? null,
  });
  const runs = await tx.run.findMany({
    where: { id: { in: scope.parts.map((part) => part.runId) } },
    select: { id: true, samplesPerIdentity: true },
  });
  const parts = runs.map((run) => ({ runId: run.id, stride: run.samplesPerIdentity }));
  await tx.versionPart.createMany({
    data: parts.map(({ runId, stride }) => ({ runId, stride, versionId: draft.id })),
  });
  // A sort of a million rows in PostgreSQL's four megabytes would go through the disk.
  await tx.$executeRaw`SET LOCAL work_mem = '128MB'`;
  // Not as INSERT … SELECT, which PostgreSQL never runs in parallel.
  await tx.$executeRaw`CREATE TEMPORARY TABLE "chosen" ON COMMIT DROP AS
    SELECT s."runId", s."identityOrdinal" AS "identity", ${samplePosition(parts)} AS "position"
    FROM ${source} WHERE ${condition}`;
  await insertBlocks(tx, {
    versionId: draft.id,
    entity: 'SAMPLE',
    positions: Prisma.sql`SELECT "runId", "position" FROM "chosen"`,
  });
  await insertBlocks(tx, {
    versionId: draft.id,
    entity: 'IDENTITY',
    positions: Prisma.sql`SELECT DISTINCT "runId", "identity" AS "position" FROM "chosen"`,
  });
  const [chosen] = await tx.$queryRaw<
    { count: bigint }[]
  >`SELECT count(*) AS "count" FROM "chosen"`;
  const version = await finishVersion(tx, draft.id);
  if (version.sampleCount !== Number(chosen?.count ?? 0n)) {
    throw new CatalogError(
      'CONFLICT',
      'Identities of a run have more samples than the run was planned for, so they cannot be numbered; make the subset from another version.',
    );
  }
  const metrics = await measure(tx, version.id, scope, parent.metrics);
  return tx.datasetVersion.update({ where: { id: version.id }, data: { metrics } });
}

/** What rows alone can tell of a subset; verification rates need embeddings and are measured elsewhere. Angles in radians. */
async function measure(
  tx: Db,
  versionId: string,
  scope: VersionScope,
  parentMetrics: Prisma.JsonValue,
): Promise<Prisma.InputJsonObject> {
  const parts = await readParts(tx, versionId);
  const { join, condition } = sampleMembership({ ...scope, versionId, parts });
  const [row] = await tx.$queryRaw<Record<string, number | null>[]>`
    SELECT min(s."distanceToReference") AS "min", avg(s."distanceToReference") AS "mean",
      max(s."distanceToReference") AS "max", avg(s."quality") AS "quality", avg(s."imageLength")::float8 AS "imageBytes"
    FROM "sample" s ${join} WHERE ${condition} AND s."ordinal" > 0`;
  const ict = Object(parentMetrics) as { readonly ict?: unknown };
  return {
    ...(typeof ict.ict === 'number' ? { ict: ict.ict } : {}),
    distanceToReference: {
      min: row?.['min'] ?? null,
      mean: row?.['mean'] ?? null,
      max: row?.['max'] ?? null,
    },
    quality: row?.['quality'] ?? null,
    imageBytes: row?.['imageBytes'] ?? null,
  };
}
