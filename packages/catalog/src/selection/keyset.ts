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

/** SQL to follow a condition. @throws CatalogError INVALID for a cursor of another list, with its argument as path */
export function keysetRange(order: KeyOrder, query: KeysetQuery): Prisma.Sql {
  const forward = query.direction === 'forward';
  const conditions: Prisma.Sql[] = [];
  if (query.from !== null) {
    conditions.push(...compare(order, query.from, forward, forward ? 'after' : 'before'));
  }
  if (query.until !== null) {
    conditions.push(...compare(order, query.until, !forward, forward ? 'before' : 'after'));
  }
  const columns = order.columns.map(({ sql, isNullable }) => {
    if (isNullable === true) {
      return forward ? Prisma.sql`${sql} NULLS LAST` : Prisma.sql`${sql} DESC NULLS FIRST`;
    }
    return forward ? sql : Prisma.sql`${sql} DESC`;
  });
  const condition =
    conditions.length === 0 ? Prisma.empty : Prisma.sql`AND ${Prisma.join(conditions, ' AND ')}`;
  return Prisma.sql`${condition} ORDER BY ${Prisma.join(columns, ', ')} LIMIT ${query.limit}`;
}

/** Rows beyond the key in the order of the list, or before it. */
function compare(
  order: KeyOrder,
  key: CursorKey,
  isBeyond: boolean,
  field: string,
): readonly Prisma.Sql[] {
  const parts = order.mark === null ? key : key.slice(1);
  if (order.mark !== null && key[0] !== order.mark) throw foreignCursor(field);
  const [first] = order.columns;
  if (first?.isNullable !== true) return [row(order.columns, parts, isBeyond, field)];
  const rest = row(order.columns.slice(1), parts.slice(1), isBeyond, field);
  if (parts[0] === null) {
    return [
      isBeyond
        ? Prisma.sql`(${first.sql} IS NULL AND ${rest})`
        : Prisma.sql`(${first.sql} IS NOT NULL OR ${rest})`,
    ];
  }
  const all = row(order.columns, parts, isBeyond, field);
  return [isBeyond ? Prisma.sql`(${first.sql} IS NULL OR ${all})` : all];
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
