/** @file What a subset selects from a version, as one SELECT that listing, counting, facets and materialising share. */

import { CatalogError } from '../errors.ts';
import { Prisma } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { compileSampleFilter, type SampleWhere } from './filter.ts';
import { identityHash, sampleHash } from './draw.ts';
import { sampleMembership, type VersionScope } from './version-scope.ts';

/** Filters, then the choice among what passes them: so many identities, so many samples of each, so many in all. */
export interface SampleQuery {
  readonly where?: SampleWhere | null | undefined;
  /** Most identities. */
  readonly maxIdentities?: number | null | undefined;
  /** Most samples of one identity. */
  readonly perIdentity?: number | null | undefined;
  /** Most samples in all. */
  readonly limit?: number | null | undefined;
  /** Which are kept where there are more: those this seed draws; without one the first by number. */
  readonly seed?: number | null | undefined;
}

/** Rows of a subset. */
export interface Selection {
  /** Follows FROM, with the alias `s` and the columns that were asked for. */
  readonly source: Prisma.Sql;
  /** Follows WHERE; TRUE where `source` has filtered already. */
  readonly condition: Prisma.Sql;
  /** Whether nothing is filtered and nothing is cut, so that the version's own numbers hold. */
  readonly isEverything: boolean;
  /** Whether a choice is made among what passes the filter. */
  readonly isCut: boolean;
}

/** Columns of a sample, in the alias `s`. */
export const SAMPLE_COLUMNS = Prisma.raw(
  [
    'runId',
    'identityOrdinal',
    'ordinal',
    'kind',
    'imageShard',
    'imageOffset',
    'imageLength',
    'latentShard',
    'latentRow',
    'distanceToReference',
    'covariates',
    'quality',
  ]
    .map((name) => `s."${name}"`)
    .join(', '),
);

/** The columns that count, order and say which sample it is, for whoever does not show it: a sort of them is a tenth as wide. */
export const KEY_COLUMNS = Prisma.raw(
  ['runId', 'identityOrdinal', 'ordinal', 'kind', 'distanceToReference', 'quality']
    .map((name) => `s."${name}"`)
    .join(', '),
);

const MAX_INT = 2 ** 31 - 1;

/** The rows a query selects from a version. @throws CatalogError INVALID with the path of the part that is wrong */
export function selectionOf(
  scope: VersionScope,
  query: SampleQuery,
  options: {
    /** Where the query stood in the input. @default [] */
    readonly path?: readonly string[];
    /** What `source` has of a sample. @default SAMPLE_COLUMNS */
    readonly columns?: Prisma.Sql;
  } = {},
): Selection {
  const { path = [], columns = SAMPLE_COLUMNS } = options;
  const { maxIdentities, perIdentity, limit, seed } = checkQuery(query, path);
  const filter = compileSampleFilter(query.where, scope, [...path, 'where']);
  const member = sampleMembership(scope);
  const identity = filter.usesIdentity
    ? Prisma.sql`JOIN "identity" i ON i."runId" = s."runId" AND i."ordinal" = s."identityOrdinal"`
    : Prisma.empty;
  const base: Pick<Selection, 'source' | 'condition'> = {
    source: Prisma.sql`"sample" s ${member.join} ${identity}`,
    condition: Prisma.sql`${member.condition} AND ${filter.condition}`,
  };
  let { source, condition } = base;
  const isCut = isGiven(maxIdentities) || isGiven(perIdentity) || isGiven(limit);
  if (isGiven(maxIdentities)) {
    const place = isGiven(seed) ? Prisma.sql`${identityHash(seed)}, ` : Prisma.empty;
    source = Prisma.sql`${source} JOIN (
      SELECT s."runId", s."identityOrdinal" FROM ${base.source} WHERE ${base.condition}
      GROUP BY s."runId", s."identityOrdinal"
      ORDER BY ${place} s."runId", s."identityOrdinal" LIMIT ${maxIdentities}::int
    ) chosen ON chosen."runId" = s."runId" AND chosen."identityOrdinal" = s."identityOrdinal"`;
  }
  const place = isGiven(seed) ? Prisma.sql`${sampleHash(seed)}, ` : Prisma.empty;
  if (isGiven(perIdentity)) {
    source = Prisma.sql`(SELECT ${columns}, row_number() OVER (
        PARTITION BY s."runId", s."identityOrdinal" ORDER BY ${place} s."ordinal") AS "rank"
      FROM ${source} WHERE ${condition}) s`;
    condition = Prisma.sql`s."rank" <= ${perIdentity}::int`;
  }
  if (isGiven(limit)) {
    source = Prisma.sql`(SELECT ${columns} FROM ${source} WHERE ${condition}
      ORDER BY ${place} s."runId", s."identityOrdinal", s."ordinal" LIMIT ${limit}::int) s`;
    condition = Prisma.sql`TRUE`;
  }
  return {
    source,
    condition,
    isEverything: filter.isEverything && !isCut,
    isCut,
  };
}

function checkQuery(query: SampleQuery, path: readonly string[]): SampleQuery {
  for (const field of ['maxIdentities', 'perIdentity', 'limit'] as const) {
    const number = query[field];
    if (!isGiven(number)) continue;
    if (Number.isInteger(number) && number >= 1 && number <= MAX_INT) continue;
    throw new CatalogError('INVALID', `'${field}' is ${number}; give a whole number from 1.`, {
      path: [...path, field],
    });
  }
  const { seed } = query;
  if (isGiven(seed) && !(Number.isInteger(seed) && Math.abs(seed) <= MAX_INT)) {
    throw new CatalogError('INVALID', `'seed' is ${seed}; give a whole number.`, {
      path: [...path, 'seed'],
    });
  }
  return query;
}
