/** @file Making a version out of others: its parts and selections, its digest, its place in the history. */

import { sha256 } from '../canonical-json.ts';
import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { DatasetVersion, Prisma, VersionOrigin } from '../generated/client.ts';
import { BLOCK_BITS } from '../selection/version-scope.ts';

/** Longest that making one may take. */
export const VERSION_TIMEOUT_MS = 10 * 60 * 1000;

/** What is known of a version before its members are. */
export interface VersionDraft {
  readonly datasetId: string;
  readonly origin: VersionOrigin;
  readonly message: string;
  readonly authorId: string;
  readonly parentIds: readonly string[];
  readonly query?: Prisma.InputJsonObject;
  readonly subsetId?: string | null;
  readonly metrics?: Prisma.InputJsonObject;
}

/** Writes an empty version with the dataset's next number; {@link finishVersion} has to follow in the same transaction. */
export async function beginVersion(tx: Db, draft: VersionDraft): Promise<DatasetVersion> {
  const { datasetId, parentIds, ...rest } = draft;
  await tx.$queryRaw`SELECT 1 FROM "dataset" WHERE "id" = ${datasetId}::uuid FOR NO KEY UPDATE`;
  const latest = await tx.datasetVersion.findFirst({
    where: { datasetId },
    orderBy: { number: 'desc' },
    select: { number: true },
  });
  return tx.datasetVersion.create({
    data: {
      ...rest,
      datasetId,
      number: (latest?.number ?? 0) + 1,
      digest: '',
      identityCount: 0,
      sampleCount: 0,
      metrics: draft.metrics ?? {},
      parents: { create: parentIds.map((parentId) => ({ parentId })) },
    },
  });
}

interface PartCounts {
  readonly runId: string;
  readonly identities: number;
  readonly samples: number;
}

/**
 * Counts what has been put into the version, makes parts whole that lack nothing, drops those without anything, and
 * writes the digest. @throws CatalogError CONFLICT where nothing is left
 */
export async function finishVersion(tx: Db, versionId: string): Promise<DatasetVersion> {
  const partial = await tx.$queryRaw<PartCounts[]>`
    SELECT p."runId",
      coalesce(sum(bit_count(b."bits")) FILTER (WHERE b."entity" = 'IDENTITY'), 0)::int AS "identities",
      coalesce(sum(bit_count(b."bits")) FILTER (WHERE b."entity" = 'SAMPLE'), 0)::int AS "samples"
    FROM "version_part" p LEFT JOIN "selection_block" b ON b."versionId" = p."versionId" AND b."runId" = p."runId"
    WHERE p."versionId" = ${versionId}::uuid AND p."stride" IS NOT NULL GROUP BY p."runId"`;
  const parts = await tx.versionPart.findMany({ where: { versionId } });
  const runs = await contentsOfRuns(
    tx,
    parts.map((part) => part.runId),
  );
  const complete = partial.filter((part) => part.samples === runs.get(part.runId)?.samples);
  const empty = partial.filter((part) => part.samples === 0);
  await tx.selectionBlock.deleteMany({
    where: { versionId, runId: { in: complete.map((part) => part.runId) } },
  });
  await tx.versionPart.updateMany({
    where: { versionId, runId: { in: complete.map((part) => part.runId) } },
    data: { stride: null },
  });
  await tx.versionPart.deleteMany({
    where: { versionId, runId: { in: empty.map((part) => part.runId) } },
  });
  const counts = parts.flatMap((part) => {
    const found = partial.find((row) => row.runId === part.runId) ?? runs.get(part.runId);
    return found === undefined ? [] : [found];
  });
  const total = (field: 'identities' | 'samples') =>
    counts.reduce((sum, part) => sum + part[field], 0);
  if (total('samples') === 0) {
    throw new CatalogError(
      'CONFLICT',
      'The query selects no sample, and a version without any cannot be made; widen its conditions.',
      { path: ['query'] },
    );
  }
  return tx.datasetVersion.update({
    where: { id: versionId },
    data: {
      digest: await digestOfParts(tx, versionId, runs),
      identityCount: total('identities'),
      sampleCount: total('samples'),
    },
  });
}

/** What whole runs hold, as the versions say that committed them. */
export async function contentsOfRuns(
  tx: Db,
  runIds: readonly string[],
): Promise<Map<string, PartCounts & { readonly digest: string }>> {
  const parts = await tx.versionPart.findMany({
    where: {
      runId: { in: [...runIds] },
      stride: null,
      version: { origin: { in: ['RUN', 'IMPORT'] } },
    },
    include: { version: true },
  });
  return new Map(
    parts.map(({ runId, version }) => [
      runId,
      {
        runId,
        digest: version.digest,
        identities: version.identityCount,
        samples: version.sampleCount,
      },
    ]),
  );
}

/**
 * SHA-256 over the digests of the runs in the version, each with that of its selection, in the order of the runs'
 * digests. One whole run keeps its own digest: equal contents have equal digests, however they came together.
 */
async function digestOfParts(
  tx: Db,
  versionId: string,
  runs: ReadonlyMap<string, { readonly digest: string }>,
): Promise<string> {
  const rows = await tx.$queryRaw<{ runId: string; selection: string | null }[]>`
    SELECT p."runId", (
      SELECT encode(sha256(convert_to(string_agg(b."block" || ' ' || b."bits"::text, E'\\n' ORDER BY b."block"), 'UTF8')), 'hex')
      FROM "selection_block" b
      WHERE b."versionId" = p."versionId" AND b."runId" = p."runId" AND b."entity" = 'SAMPLE') AS "selection"
    FROM "version_part" p WHERE p."versionId" = ${versionId}::uuid`;
  const lines = rows
    .map(({ runId, selection }) => `${runs.get(runId)?.digest ?? runId} ${selection ?? 'whole'}`)
    .toSorted();
  const [only] = rows;
  if (rows.length === 1 && only?.selection === null) {
    return runs.get(only.runId)?.digest ?? sha256(lines.join('\n'));
  }
  return sha256(['colloid-selection 1', ...lines].join('\n'));
}

/** Packs numbers of bits, given by a SELECT of "runId" and "position", into blocks of the version. */
export async function insertBlocks(
  tx: Db,
  options: {
    readonly versionId: string;
    readonly entity: 'IDENTITY' | 'SAMPLE';
    readonly positions: Prisma.Sql;
  },
): Promise<void> {
  const { versionId, entity, positions } = options;
  const words = BLOCK_BITS / 64;
  // Words of 64 bits first: setting bits one by one would copy a kilobyte for each.
  await tx.$executeRaw`
    WITH word AS (
      SELECT "runId", "position" / 64 AS "word", bit_or(1::int8 << (63 - "position" % 64)) AS "bits"
      FROM (${positions}) t GROUP BY 1, 2
    )
    INSERT INTO "selection_block" ("versionId", "runId", "entity", "block", "bits")
    SELECT ${versionId}::uuid, g."runId", ${entity}::"SelectionEntity", g."block",
      ('x' || string_agg(lpad(to_hex(coalesce(w."bits", 0)), 16, '0'), '' ORDER BY n))::bit(8192)
    FROM (SELECT DISTINCT "runId", "word" / ${words}::int AS "block" FROM word) g
    CROSS JOIN generate_series(0, ${words - 1}::int) n
    LEFT JOIN word w ON w."runId" = g."runId" AND w."word" = g."block" * ${words}::int + n
    GROUP BY g."runId", g."block"`;
}
