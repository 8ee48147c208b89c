/** @file Answers of batched reads, in the order of the keys. */

import { isUuid } from './paging/single-key.ts';

/** One answer per key, null where there is none: what a DataLoader's batch function returns. */
export function inOrder<K, T>(
  keys: readonly K[],
  items: readonly T[],
  nameOf: { readonly key: (key: K) => string; readonly item: (item: T) => string },
): (T | null)[] {
  const byName = new Map(items.map((item) => [nameOf.item(item), item]));
  return keys.map((key) => byName.get(nameOf.key(key)) ?? null);
}

/** As {@link inOrder} for rows with an `id`. */
export function inIdOrder<T extends { readonly id: string }>(
  ids: readonly string[],
  items: readonly T[],
): (T | null)[] {
  return inOrder(ids, items, { key: (id) => id.toLowerCase(), item: (item) => item.id });
}

/** The items of each key, in the order of the keys; an empty list where there are none. */
export function groupInOrder<T>(
  keys: readonly string[],
  items: readonly T[],
  keyOf: (item: T) => string,
): T[][] {
  const groups = new Map<string, T[]>(keys.map((key) => [key, []]));
  for (const item of items) groups.get(keyOf(item))?.push(item);
  return keys.map((key) => groups.get(key) ?? []);
}

/** The distinct ids that can be ids at all, so that a forged one is not found instead of an error of the database. */
export function cleanIds(ids: readonly string[]): string[] {
  return [...new Set(ids)].filter(isUuid);
}
