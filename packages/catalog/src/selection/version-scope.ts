/** @file What a version consists of, and which rows are its own, in SQL. */

import type { Actor } from '../actor.ts';
import { visibleDatasets } from '../authorise.ts';
import type { Db } from '../context.ts';
import { notFound } from '../errors.ts';
import { Prisma } from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';

/** Bits of one selection block, as the column's type says. */
export const BLOCK_BITS = 8192;

/** A run in a version. */
export interface ScopePart {
  readonly runId: string;
  /** The run's number in its dataset. */
  readonly number: number;
  /** Samples per identity by which the bits are numbered; null: the whole run. */
  readonly stride: number | null;
  /** Where the weights of each covariate are in `covariateWeights` of its samples, from 1. */
  readonly covariates: Readonly<Record<string, number>>;
  /** Whether every sample has a distance to its reference: not so of an import without a recogniser. */
  readonly isMeasured: boolean;
}

/** A version as far as queries of its rows need it. */
export interface VersionScope {
  readonly versionId: string;
  readonly datasetId: string;
  readonly identityCount: number;
  readonly sampleCount: number;
  readonly parts: readonly ScopePart[];
}

/** What a version consists of. @throws CatalogError NOT_FOUND where the actor may not see it */
export async function loadVersionScope(
  db: Db,
  options: {
    readonly actor: Actor;
    readonly versionId: string;
    /** Where the id stood in the input. @default [] */
    readonly path?: readonly string[];
  },
): Promise<VersionScope> {
  const { actor, versionId, path = [] } = options;
  const version = isUuid(versionId)
    ? await db.datasetVersion.findFirst({
        where: { id: versionId, dataset: visibleDatasets(actor, 'version.read') },
        select: { id: true, datasetId: true, identityCount: true, sampleCount: true },
      })
    : null;
  if (version === null) throw notFound('dataset version', path);
  const { id, ...rest } = version;
  return { ...rest, versionId: id, parts: await readParts(db, id) };
}

/** The runs of a version, by id; one statement, since every list begins with it. */
export function readParts(db: Db, versionId: string): Promise<ScopePart[]> {
  return db.$queryRaw<ScopePart[]>`
    SELECT p."runId", r."number", p."stride", coalesce((
      SELECT json_object_agg(c."name", c."slot") FROM "run_covariate" c WHERE c."runId" = p."runId"
    ), '{}') AS "covariates", r."kind" <> 'IMPORT' OR m."recogniserVersionId" IS NOT NULL AS "isMeasured"
    FROM "version_part" p JOIN "run" r ON r."id" = p."runId" LEFT JOIN "run_import" m ON m."runId" = p."runId"
    WHERE p."versionId" = ${versionId}::uuid ORDER BY p."runId"`;
}

/** As much of a version as says which rows are its own. */
export interface MemberScope {
  readonly versionId: string;
  readonly parts: readonly Pick<ScopePart, 'runId' | 'stride'>[];
}

/** Tables and conditions that leave exactly a version's rows. */
export interface Membership {
  /** Follows the FROM of `s` (samples) or `i` (identities). */
  readonly join: Prisma.Sql;
  readonly condition: Prisma.Sql;
}

/** The samples of a version; the table's alias is `s`. `block` names the joined blocks, for two versions in one statement. */
export function sampleMembership(scope: MemberScope, block = 'b'): Membership {
  return membership(scope, {
    block,
    entity: 'SAMPLE',
    runId: Prisma.sql`s."runId"`,
    position: (parts) => samplePosition(parts),
  });
}

/** The identities of a version: those of which it has a sample; the table's alias is `i`. */
export function identityMembership(scope: MemberScope, block = 'b'): Membership {
  return membership(scope, {
    block,
    entity: 'IDENTITY',
    runId: Prisma.sql`i."runId"`,
    position: () => Prisma.sql`i."ordinal"`,
  });
}

/** The number of a sample's bit; `s` is the sample. */
export function samplePosition(
  parts: readonly { readonly runId: string; readonly stride: number }[],
): Prisma.Sql {
  const [first] = parts;
  const strides = new Set(parts.map((part) => part.stride));
  if (first === undefined || strides.size === 1) {
    return Prisma.sql`(s."identityOrdinal" * ${first?.stride ?? 1}::int + s."ordinal")`;
  }
  const cases = parts.map(
    (part) => Prisma.sql`WHEN s."runId" = ${part.runId}::uuid THEN ${part.stride}::int`,
  );
  return Prisma.sql`(s."identityOrdinal" * (CASE ${Prisma.join(cases, ' ')} END) + s."ordinal")`;
}

function membership(
  scope: MemberScope,
  table: {
    readonly block: string;
    readonly entity: 'IDENTITY' | 'SAMPLE';
    readonly runId: Prisma.Sql;
    position(parts: readonly { readonly runId: string; readonly stride: number }[]): Prisma.Sql;
  },
): Membership {
  const { runId } = table;
  const inParts = inRuns(
    runId,
    scope.parts.map((part) => part.runId),
  );
  const partial = scope.parts.flatMap(({ runId, stride }) =>
    stride === null ? [] : [{ runId, stride }],
  );
  if (partial.length === 0) return { join: Prisma.empty, condition: inParts };
  const b = Prisma.raw(`"${table.block}"`);
  const position = table.position(partial);
  const on = Prisma.sql`${b}."versionId" = ${scope.versionId}::uuid AND ${b}."runId" = ${runId}
    AND ${b}."entity" = ${table.entity}::"SelectionEntity" AND ${b}."block" = ${position} / ${BLOCK_BITS}::int`;
  const isSet = Prisma.sql`get_bit(${b}."bits", ${position} % ${BLOCK_BITS}::int) = 1`;
  if (partial.length === scope.parts.length) {
    return {
      join: Prisma.sql`JOIN "selection_block" ${b} ON ${on}`,
      condition: Prisma.sql`${inParts} AND ${isSet}`,
    };
  }
  const whole = scope.parts.filter((part) => part.stride === null).map((part) => part.runId);
  return {
    join: Prisma.sql`LEFT JOIN "selection_block" ${b} ON ${on}`,
    condition: Prisma.sql`${inParts} AND (${runId} = ANY(${whole}::uuid[]) OR ${isSet})`,
  };
}

/** Equality for one run, so that the order of the index is the order of the page. */
export function inRuns(column: Prisma.Sql, runIds: readonly string[]): Prisma.Sql {
  const [only] = runIds;
  return runIds.length === 1 && only !== undefined
    ? Prisma.sql`${column} = ${only}::uuid`
    : Prisma.sql`${column} = ANY(${[...runIds]}::uuid[])`;
}
