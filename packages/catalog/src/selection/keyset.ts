/** @file Condition, order and limit of a page, by the columns a list is ordered by, in both directions. */

import { CatalogError } from '../errors.ts';
import { Prisma } from '../generated/client.ts';
import type { CursorKey } from '../paging/cursor.ts';
import type { KeysetQuery } from '../paging/page.ts';
import { isUuid } from '../paging/single-key.ts';

/** A column of an order. Only the first may be null; rows without a value come last. */
export interface KeyColumn {
  readonly sql: Prisma.Sql;
  readonly type: 'uuid' | 'int' | 'float' | 'bigint';
  readonly isNullable?: boolean;
}

/** How a list is ordered: its columns, ascending, and what marks its cursors as its own. */
export interface KeyOrder {
  readonly columns: readonly KeyColumn[];
  /** First part of every cursor, so that the cursor of one order is refused by another; null: none. */
  readonly mark: string | null;
}

/** Number of parts of the order's cursors. */
export function keyLength({ columns, mark }: KeyOrder): number {
  return columns.length + (mark === null ? 0 : 1);
}

/** Columns to follow ORDER BY, in the direction of the reading. */
export function orderBy(
  order: KeyOrder,
  { direction }: Pick<KeysetQuery, 'direction'>,
): Prisma.Sql {
  const columns = order.columns.map(({ sql, isNullable }) => {
    if (direction === 'forward') return isNullable === true ? Prisma.sql`${sql} NULLS LAST` : sql;
    return isNullable === true ? Prisma.sql`${sql} DESC NULLS FIRST` : Prisma.sql`${sql} DESC`;
  });
  return Prisma.join(columns, ', ');
}

/**
 * The limit of a page as a literal. A parameter gives the same plans today (EXPLAIN of every order over 2 million samples, PostgreSQL 18,
 * 2026-11-28): Prisma's adapter gives statements no name, so that each is planned with its values. Planned for all values, as named statements
 * are from the sixth time on where that seems no dearer, an unknown limit counts as a tenth of the rows, and a literal stays what it is.
 */
export function limitOf({ limit }: Pick<KeysetQuery, 'limit'>): Prisma.Sql {
  return Prisma.raw(String(Math.trunc(limit)));
}

/**
 * SQL to follow a condition, for an order without null.
 *
 * @throws CatalogError INVALID for a cursor of another list, with its argument as path
 */
export function keysetRange(order: KeyOrder, query: KeysetQuery): Prisma.Sql {
  const conditions = boundsOf(order, query).map(({ key, isBeyond, field }) =>
    row(order.columns, key, isBeyond, field),
  );
  return range(order, query, conditions);
}

/**
 * Reads the rows of a list in its order. Where the first column may be null, rows that have a value and rows that have none are
 * read one after the other: `column IS NULL OR (column, …) > (…)` in one condition is none that an index can begin at.
 *
 * @param read rows by what it appends to its condition
 * @throws CatalogError INVALID for a cursor of another list, with its argument as path
 */
export async function readKeyset<T>(
  order: KeyOrder,
  query: KeysetQuery,
  read: (range: Prisma.Sql) => Promise<T[]>,
): Promise<T[]> {
  const [first] = order.columns;
  if (first?.isNullable !== true) return read(keysetRange(order, query));
  const bounds = boundsOf(order, query);
  const withValue = valueConditions(order, bounds);
  const withNone = nullConditions(order, bounds);
  const rest = { ...order, columns: order.columns.slice(1) };
  const rows: T[] = [];
  const readPart = async (part: KeyOrder, conditions: readonly Prisma.Sql[] | null) => {
    const limit = query.limit - rows.length;
    if (conditions === null || limit <= 0) return;
    rows.push(...(await read(range(part, { ...query, limit }, conditions))));
  };
  const withValues = { ...order, columns: [{ ...first, isNullable: false }, ...rest.columns] };
  if (query.direction === 'forward') await readPart(withValues, withValue);
  await readPart(rest, withNone);
  if (query.direction === 'backward') await readPart(withValues, withValue);
  return rows;
}

/** A key that rows have to lie beyond in the order of the list, or before. */
interface Bound {
  readonly key: CursorKey;
  readonly isBeyond: boolean;
  /** The argument that its cursor came from. */
  readonly field: string;
}

function boundsOf(order: KeyOrder, query: KeysetQuery): Bound[] {
  const forward = query.direction === 'forward';
  const bounds: Bound[] = [];
  const add = (key: CursorKey | null, isBeyond: boolean) => {
    if (key === null) return;
    const field = isBeyond ? 'after' : 'before';
    if (order.mark !== null && key[0] !== order.mark) throw foreignCursor(field);
    bounds.push({ key: order.mark === null ? key : key.slice(1), isBeyond, field });
  };
  add(query.from, forward);
  add(query.until, !forward);
  return bounds;
}

/** Of the rows with a value; null where the bounds leave none. */
function valueConditions(order: KeyOrder, bounds: readonly Bound[]): Prisma.Sql[] | null {
  const [first] = order.columns;
  const conditions = first === undefined ? [] : [Prisma.sql`${first.sql} IS NOT NULL`];
  for (const { key, isBeyond, field } of bounds) {
    if (key[0] !== null) conditions.push(row(order.columns, key, isBeyond, field));
    else if (isBeyond) return null;
  }
  return conditions;
}

/** Of the rows without one, which come last; null where the bounds leave none. */
function nullConditions(order: KeyOrder, bounds: readonly Bound[]): Prisma.Sql[] | null {
  const [first] = order.columns;
  const conditions = first === undefined ? [] : [Prisma.sql`${first.sql} IS NULL`];
  for (const { key, isBeyond, field } of bounds) {
    if (key[0] === null) {
      conditions.push(row(order.columns.slice(1), key.slice(1), isBeyond, field));
    } else if (!isBeyond) return null;
  }
  return conditions;
}

function range(order: KeyOrder, query: KeysetQuery, conditions: readonly Prisma.Sql[]): Prisma.Sql {
  const and =
    conditions.length === 0
      ? Prisma.empty
      : Prisma.sql`AND ${Prisma.join([...conditions], ' AND ')}`;
  return Prisma.sql`${and} ORDER BY ${orderBy(order, query)} LIMIT ${limitOf(query)}`;
}

function row(
  columns: readonly KeyColumn[],
  parts: CursorKey,
  isBeyond: boolean,
  field: string,
): Prisma.Sql {
  const names = Prisma.join(
    columns.map((column) => column.sql),
    ', ',
  );
  const values = Prisma.join(
    columns.map((column, index) => value(column, parts[index], field)),
    ', ',
  );
  return isBeyond ? Prisma.sql`(${names}) > (${values})` : Prisma.sql`(${names}) < (${values})`;
}

function value(
  { type }: KeyColumn,
  part: CursorKey[number] | undefined,
  field: string,
): Prisma.Sql {
  if (type === 'uuid' && isUuid(part)) return Prisma.sql`${part}::uuid`;
  if (type === 'int' && Number.isInteger(part) && Math.abs(Number(part)) < 2 ** 31) {
    return Prisma.sql`${part}::int`;
  }
  if (type === 'float' && typeof part === 'number') return Prisma.sql`${part}::float8`;
  if (type === 'bigint' && typeof part === 'string' && isBigint(part)) {
    return Prisma.sql`${part}::text::int8`;
  }
  throw foreignCursor(field);
}

function isBigint(text: string): boolean {
  return /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function foreignCursor(field: string): CatalogError {
  return new CatalogError('INVALID', 'That cursor is not of this list; take it from an edge.', {
    path: [field],
  });
}
