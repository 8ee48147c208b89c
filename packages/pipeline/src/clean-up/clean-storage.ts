/**
 * @file Removes objects that nothing refers to any more: mark, then sweep.
 *
 * Marked is every digest that a row of the catalog names, and every digest that a packing list of a release names. Swept are `blobs/` and
 * `checkpoints/`, by pages of the store's listing: what is not marked and was written before the cutoff goes. The cutoff is a time of
 * grace ago, or the beginning of the oldest run that is not finished, where that is earlier. So what a run writes or an upload leaves
 * is safe although no row names it yet; and content that is stored again after a day counts as written then, also in the moment of its
 * removal (`renew` of the storage package).
 */

import type { Catalog } from '@colloid/catalog';
import {
  contentKey,
  forgetRemovals,
  isStorageError,
  type ObjectStore,
  removeStale,
  type StoredObject,
} from '@colloid/storage';

/** Days of grace where nothing is said. */
export const CLEAN_GRACE_DAYS = 7;
/** Fewest days: content may be a day old when it is found instead of written, and has to be named by a row after that. */
export const FEWEST_GRACE_DAYS = 3;
const DAY_MS = 24 * 3600 * 1000;
/** Objects that the catalog is asked about at once. */
const BATCH = 500;

/** What of a prefix is swept: the digest by which an object under it is referred to. */
const SWEPT: readonly { readonly prefix: string; readonly digest: RegExp }[] = [
  { prefix: 'blobs/', digest: /^blobs\/[0-9a-f]{2}\/([0-9a-f]{64})$/ },
  // All of a stage's states go by the digest of its inputs, which stands in the record of each that can be branched from.
  { prefix: 'checkpoints/', digest: /^checkpoints\/([0-9a-f]{64})\// },
];

export interface CleanStorageOptions {
  readonly catalog: Pick<Catalog, 'references'>;
  readonly store: ObjectStore;
  /** At least FEWEST_GRACE_DAYS. @default CLEAN_GRACE_DAYS */
  readonly graceDays?: number | undefined;
  /** Only tells what would go. @default false */
  readonly isDryRun?: boolean | undefined;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** What a clean-up did, or would do. */
export interface StorageCleaned {
  /** Only what was written before went. */
  readonly cutoff: Date;
  readonly isDryRun: boolean;
  /** Outputs of activities that were forgotten. */
  readonly activities: number;
  /** Objects that were looked at. */
  readonly objects: number;
  readonly removed: number;
  readonly removedBytes: number;
}

/**
 * Cleans the store; may go on beside runs, uploads and another clean-up, and may be broken off at any time.
 *
 * @throws RangeError for too few days; the errors of store and database
 */
export async function cleanStorage(options: CleanStorageOptions): Promise<StorageCleaned> {
  const { catalog, store, graceDays = CLEAN_GRACE_DAYS, isDryRun = false, now, signal } = options;
  const { references } = catalog;
  if (!(graceDays >= FEWEST_GRACE_DAYS)) {
    throw new RangeError(
      `A clean-up needs at least ${FEWEST_GRACE_DAYS} days of grace, so that what is being uploaded or computed is safe; got ${graceDays}.`,
    );
  }
  const cutoff = await references.cutoff(new Date(now() - graceDays * DAY_MS));
  const activities = await references.forgetActivities(cutoff, { isDryRun });
  const mark = await references.mark(cutoff, { signal });
  try {
    for (const digest of await references.packingLists()) {
      signal.throwIfAborted();
      await references.markAlso(mark, [digest, ...(await digestsIn(store, digest))]);
    }
    const tally = { objects: 0, removed: 0, removedBytes: 0 };
    for (const { prefix, digest } of SWEPT) {
      for await (const batch of oldObjects({ store, prefix, digest, cutoff, signal, tally })) {
        const unmarked = new Set(await references.unmarked(mark, [...batch.values()]));
        const sizes = new Map<string, number>();
        for (const [{ key, sizeBytes }, name] of batch)
          if (unmarked.has(name)) sizes.set(key, sizeBytes);
        const keys = [...sizes.keys()];
        const gone = isDryRun ? keys : await removeStale(store, keys, { before: cutoff, signal });
        tally.removed += gone.length;
        for (const key of gone) tally.removedBytes += sizes.get(key) ?? 0;
      }
    }
    if (!isDryRun) await forgetRemovals(store, cutoff);
    return { cutoff, isDryRun, activities, ...tally };
  } finally {
    await references.endMark(mark);
  }
}

/** Objects under the prefix that are older than the cutoff, with the digests they go by, a batch at a time. Others are never touched. */
async function* oldObjects(options: {
  readonly store: ObjectStore;
  readonly prefix: string;
  readonly digest: RegExp;
  readonly cutoff: Date;
  readonly signal: AbortSignal;
  readonly tally: { objects: number };
}): AsyncGenerator<ReadonlyMap<StoredObject, string>> {
  const { store, prefix, digest, cutoff, signal, tally } = options;
  let batch = new Map<StoredObject, string>();
  for await (const object of store.list(prefix)) {
    signal.throwIfAborted();
    tally.objects += 1;
    const name = digest.exec(object.key)?.[1];
    if (name === undefined || object.modifiedAt >= cutoff) continue;
    batch.set(object, name);
    if (batch.size < BATCH) continue;
    yield batch;
    batch = new Map();
  }
  if (batch.size > 0) yield batch;
}

/** What a packing list names. One that is gone names nothing, and is the matter of whoever restores the store. */
async function digestsIn(store: ObjectStore, digest: string): Promise<readonly string[]> {
  try {
    const bytes = await store.get(contentKey(digest));
    return [...new Set(new TextDecoder().decode(bytes).match(/[0-9a-f]{64}/g))];
  } catch (error) {
    if (isStorageError(error, 'NOT_FOUND')) return [];
    throw error;
  }
}
