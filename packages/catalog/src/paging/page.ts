/** @file Pages of a list in both directions, by the key of the order and never by counting rows. */

import { CatalogError } from '../errors.ts';
import { isGiven } from '../given.ts';
import { decodeCursor, encodeCursor, type CursorKey } from './cursor.ts';

/** Most items of one page. */
export const MAX_PAGE_SIZE = 500;
/** Items of a page where the request names no number. */
export const DEFAULT_PAGE_SIZE = 20;

/** Which page: the first after a cursor, or the last before one. `null` is as good as absent. */
export interface PageRequest {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** Items in the order of the list, whichever way the page was asked for. */
export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

/** One read of a page: `limit` rows beyond `from`, in the list's order or against it. */
export interface KeysetQuery {
  readonly direction: 'forward' | 'backward';
  /** Key of the row to start beyond; null: from the end of the list. */
  readonly from: CursorKey | null;
  /** Key of the row to stop before; null: none. */
  readonly until: CursorKey | null;
  readonly limit: number;
}

/** How to read a list by key. */
export interface KeysetSource<T> {
  /** Number of parts of the key, against which cursors are checked. */
  readonly keyLength: number;
  keyOf(item: T): CursorKey;
  read(query: KeysetQuery): Promise<T[]>;
}

/**
 * Reads one page. One row more than asked for tells whether the list goes on.
 *
 * @throws CatalogError INVALID for a page size out of 0–500, `first` together with `last`, or a cursor that is not of this list.
 */
export async function readPage<T>(request: PageRequest, source: KeysetSource<T>): Promise<Page<T>> {
  const { first, last } = request;
  if (isGiven(first) && isGiven(last)) {
    throw new CatalogError('INVALID', "Ask for 'first' or for 'last', not for both at once.", {
      path: ['last'],
    });
  }
  const direction = !isGiven(last) ? 'forward' : 'backward';
  const size = checkSize(last ?? first ?? DEFAULT_PAGE_SIZE, !isGiven(last) ? 'first' : 'last');
  const after = readCursor(request.after, 'after', source.keyLength);
  const before = readCursor(request.before, 'before', source.keyLength);
  const [from, until] = direction === 'forward' ? [after, before] : [before, after];
  const rows = await source.read({ direction, from, until, limit: size + 1 });
  const hasMore = rows.length > size;
  const items = hasMore ? rows.slice(0, size) : rows;
  if (direction === 'backward') items.reverse();
  const edges = items.map((node) => ({ cursor: encodeCursor(source.keyOf(node)), node }));
  return {
    edges,
    // The row a cursor was made from lies on its other side, so there the list goes on.
    hasNextPage: direction === 'forward' ? hasMore || before !== null : before !== null,
    hasPreviousPage: direction === 'backward' ? hasMore || after !== null : after !== null,
    startCursor: edges.at(0)?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
}

function checkSize(size: number, field: string): number {
  if (Number.isInteger(size) && size >= 0 && size <= MAX_PAGE_SIZE) return size;
  throw new CatalogError(
    'INVALID',
    `'${field}' is ${size}, but a page has 0 to ${MAX_PAGE_SIZE} items; ask for fewer and follow the cursors.`,
    { path: [field] },
  );
}

function readCursor(
  cursor: string | null | undefined,
  field: string,
  keyLength: number,
): CursorKey | null {
  if (!isGiven(cursor)) return null;
  const key = decodeCursor(cursor);
  if (key !== null && key.length === keyLength) return key;
  throw new CatalogError(
    'INVALID',
    `'${field}' is not a cursor of this list; take it from an edge or from pageInfo of the same list.`,
    { path: [field] },
  );
}
