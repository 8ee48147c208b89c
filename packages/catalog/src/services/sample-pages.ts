/** @file SQL of identity and sample pages: ranges over the primary keys, in both directions. */

import { CatalogError } from '../errors.ts';
import { Prisma, type SampleKind } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import type { CursorKey } from '../paging/cursor.ts';
import type { KeysetQuery } from '../paging/page.ts';
import { isUuid } from '../paging/single-key.ts';

/** Order of identities: as they were drawn, or those with the nearest neighbour first. */
export type IdentityOrder = 'ORDINAL' | 'NEAREST_DISTANCE';

/** Which samples. Angles in radians; bounds belong to the range. */
export interface SampleWhere {
  readonly kind?: SampleKind | null | undefined;
  readonly distanceToReference?:
    | { readonly min?: number | null | undefined; readonly max?: number | null | undefined }
    | null
    | undefined;
  readonly identityOrdinals?: readonly number[] | null | undefined;
}

/** `"runId"` among some runs; written as equality for one, so that the order of the index is the order of the page. */
export function inRuns(runIds: readonly string[]): Prisma.Sql {
  const [only] = runIds;
  return runIds.length === 1 && only !== undefined
    ? Prisma.sql`"runId" = ${only}::uuid`
    : Prisma.sql`"runId" = ANY(${[...runIds]}::uuid[])`;
}

/** Condition, order and limit of a page of identities. */
export function identityRange(order: IdentityOrder, query: KeysetQuery): Prisma.Sql {
  const forward = query.direction === 'forward';
  const conditions = bounds(query).map(({ key, isBeyond }) =>
    order === 'ORDINAL' ? compareOrdinal(key, isBeyond) : compareDistance(key, isBeyond),
  );
  const columns =
    order === 'ORDINAL'
      ? forward
        ? Prisma.sql`"runId", "ordinal"`
        : Prisma.sql`"runId" DESC, "ordinal" DESC`
      : forward
        ? Prisma.sql`"nearestDistance" NULLS LAST, "runId", "ordinal"`
        : Prisma.sql`"nearestDistance" DESC NULLS FIRST, "runId" DESC, "ordinal" DESC`;
  return Prisma.sql`${and(conditions)} ORDER BY ${columns} LIMIT ${query.limit}`;
}

/** Condition, order and limit of a page of samples. */
export function sampleRange(query: KeysetQuery): Prisma.Sql {
  const conditions = bounds(query).map(({ key, isBeyond }) => {
    const row = Prisma.sql`(${uuidPart(key[0])}::uuid, ${intPart(key[1])}::int, ${intPart(key[2])}::int)`;
    return isBeyond
      ? Prisma.sql`("runId", "identityOrdinal", "ordinal") > ${row}`
      : Prisma.sql`("runId", "identityOrdinal", "ordinal") < ${row}`;
  });
  const columns =
    query.direction === 'forward'
      ? Prisma.sql`"runId", "identityOrdinal", "ordinal"`
      : Prisma.sql`"runId" DESC, "identityOrdinal" DESC, "ordinal" DESC`;
  return Prisma.sql`${and(conditions)} ORDER BY ${columns} LIMIT ${query.limit}`;
}

/** A filter as SQL that can follow a WHERE condition. @throws CatalogError INVALID for a range whose ends are crossed. */
export function sampleFilter(where: SampleWhere): Prisma.Sql {
  const conditions: Prisma.Sql[] = [];
  // A reference is the sample 0 of its identity (a CHECK of the table), and that has an index.
  if (where.kind === 'REFERENCE') conditions.push(Prisma.sql`"ordinal" = 0`);
  if (where.kind === 'VARIATION') conditions.push(Prisma.sql`"ordinal" > 0`);
  const { min, max } = where.distanceToReference ?? {};
  if (isGiven(min) && isGiven(max) && min > max) {
    throw new CatalogError(
      'INVALID',
      `The range of distances goes from ${min} to ${max}; put the smaller angle first.`,
      { path: ['where', 'distanceToReference'] },
    );
  }
  if (isGiven(min)) conditions.push(Prisma.sql`"distanceToReference" >= ${min}::float8`);
  if (isGiven(max)) conditions.push(Prisma.sql`"distanceToReference" <= ${max}::float8`);
  if (isGiven(where.identityOrdinals)) {
    conditions.push(Prisma.sql`"identityOrdinal" = ANY(${[...where.identityOrdinals]}::int[])`);
  }
  return and(conditions);
}

function and(conditions: readonly Prisma.Sql[]): Prisma.Sql {
  return conditions.length === 0
    ? Prisma.empty
    : Prisma.sql`AND ${Prisma.join([...conditions], ' AND ')}`;
}

/** The ends of a range: rows lie beyond the one and before the other, in the order of the list. */
function bounds(query: KeysetQuery): { key: CursorKey; isBeyond: boolean }[] {
  const forward = query.direction === 'forward';
  return [
    ...(query.from === null ? [] : [{ key: query.from, isBeyond: forward }]),
    ...(query.until === null ? [] : [{ key: query.until, isBeyond: !forward }]),
  ];
}

function compareOrdinal(key: CursorKey, isBeyond: boolean): Prisma.Sql {
  const row = Prisma.sql`(${uuidPart(key[0])}::uuid, ${intPart(key[1])}::int)`;
  return isBeyond
    ? Prisma.sql`("runId", "ordinal") > ${row}`
    : Prisma.sql`("runId", "ordinal") < ${row}`;
}

/** Identities without a neighbour come last, so a null distance is larger than any other. */
function compareDistance([distance, runId, ordinal]: CursorKey, isBeyond: boolean): Prisma.Sql {
  const rest = Prisma.sql`${uuidPart(runId)}::uuid, ${intPart(ordinal)}::int`;
  if (distance === null) {
    return isBeyond
      ? Prisma.sql`("nearestDistance" IS NULL AND ("runId", "ordinal") > (${rest}))`
      : Prisma.sql`("nearestDistance" IS NOT NULL OR ("runId", "ordinal") < (${rest}))`;
  }
  const row = Prisma.sql`(${floatPart(distance)}::float8, ${rest})`;
  return isBeyond
    ? Prisma.sql`("nearestDistance" IS NULL OR ("nearestDistance", "runId", "ordinal") > ${row})`
    : Prisma.sql`("nearestDistance", "runId", "ordinal") < ${row}`;
}

type KeyPart = CursorKey[number] | undefined;

function uuidPart(part: KeyPart): string {
  if (isUuid(part)) return part;
  throw foreignCursor();
}

function intPart(part: KeyPart): number {
  if (typeof part === 'number' && Number.isInteger(part) && Math.abs(part) < 2 ** 31) return part;
  throw foreignCursor();
}

function floatPart(part: KeyPart): number {
  if (typeof part === 'number') return part;
  throw foreignCursor();
}

function foreignCursor(): CatalogError {
  return new CatalogError('INVALID', 'That cursor is not of this list; take it from an edge.', {
    path: ['after'],
  });
}
