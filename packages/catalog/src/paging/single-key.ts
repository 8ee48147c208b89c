/** @file Lists ordered by one unique column, newest (largest) first. */

import { CatalogError } from '../errors.ts';
import { readPage, type Page, type PageRequest } from './page.ts';

/** Arguments for a `findMany` that reads part of a list. */
export interface SingleKeyArguments<K extends string | number> {
  /** Condition on the key column. */
  readonly key: { lt?: K; gt?: K };
  readonly order: 'asc' | 'desc';
  readonly take: number;
}

/** Reads a page of a list in descending order of one unique column. */
export function readDescending<T, K extends string | number>(
  request: PageRequest,
  options: {
    keyOf(item: T): K;
    /** Checks what a cursor held; anything else was not made by this list. */
    isKey(value: unknown): value is K;
    find(args: SingleKeyArguments<K>): Promise<T[]>;
  },
): Promise<Page<T>> {
  const narrow = (value: unknown): K => {
    if (options.isKey(value)) return value;
    throw new CatalogError('INVALID', 'That cursor is not of this list; take it from an edge.', {
      path: ['after'],
    });
  };
  return readPage(request, {
    keyLength: 1,
    keyOf: (item) => [options.keyOf(item)],
    read({ direction, from, until, limit }) {
      const forward = direction === 'forward';
      const key: { lt?: K; gt?: K } = {};
      if (from !== null) key[forward ? 'lt' : 'gt'] = narrow(from[0]);
      if (until !== null) key[forward ? 'gt' : 'lt'] = narrow(until[0]);
      return options.find({ key, order: forward ? 'desc' : 'asc', take: limit });
    },
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether `value` is a UUID as the catalog's ids are. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/** Whether `value` is a whole number as run and version numbers are. */
export function isNumber(value: unknown): value is number {
  return Number.isInteger(value);
}
