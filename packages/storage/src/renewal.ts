/**
 * @file Writing what a clean-up may be removing, and removing what somebody may be writing: no lock, and nothing is lost.
 *
 * Stores can only remove a key, and not "the object that I looked at". So whoever stores old content again between a clean-up's look
 * and its removal would lose it. The two sides meet in the store itself, since every machine sees that:
 *
 *     removeStale:  notice up              look: still old?    remove         notice down
 *     renew:        write, unless young    all notices down?   still there?   else from the beginning
 *
 * A writer that sees no notice of its key has either written before the notice went up, and then the look finds its object young; or it
 * looks after the notice went down, and then the removal is over and its last look tells. That goes for an object found young as well:
 * whoever wrote it may be killed before writing it again. This needs that an answered write or
 * removal is seen by every look and listing after it, which file systems keep, S3 since December 2020, and MinIO.
 *
 * A clean-up that is killed leaves its notice. Each keeps to REMOVE_WITHIN_MS by its own clock, so that a writer which has seen the same
 * notice for PATIENCE_MS by its own takes it down. What remains is a machine that stands still for minutes between asking its clock and
 * sending the removal.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { isStorageError } from './errors.ts';
import type { ObjectStore, PutOptions, StoredObject } from './object-store.ts';

/**
 * Age in milliseconds from which an object that is stored again is written again. A clean-up goes by the
 * age of objects, so that what somebody counts on from now on must not look as old as it is.
 */
const RENEW_AFTER_MS = 24 * 3600 * 1000;

/** Where notices lie: one object for some removals that are under way, of their keys in lines. */
const NOTICES = 'removals/';
/** Keys of one notice. */
const NOTICE_KEYS = 200;
/** Time from a notice to the beginning of its last removal. */
const REMOVE_WITHIN_MS = 10_000;
/** Longer than that and the slowest removal: an S3 server may be tried four times, and be silent for 40 s each. */
const PATIENCE_MS = 300_000;
const POLL_MS = 100;

/** An object to be written under a key of which the bytes are a function. */
export interface Renewal extends PutOptions {
  readonly sizeBytes: number;
  /** The bytes; called each time that they are written. */
  readonly body: () => Uint8Array | AsyncIterable<Uint8Array>;
  /** How long a notice may be there until its clean-up counts as killed, milliseconds. @default 5 minutes */
  readonly patienceMs?: number;
}

/**
 * Writes an object unless a young one of that size is there. When it resolves, no removal that has begun takes the object any more.
 *
 * @throws whatever store and signal do; nothing is promised then
 */
export async function renew(store: ObjectStore, key: string, renewal: Renewal): Promise<void> {
  const { sizeBytes, body, patienceMs = PATIENCE_MS, ...options } = renewal;
  options.signal?.throwIfAborted();
  for (let found = await store.stat(key); ;) {
    if (found?.sizeBytes !== sizeBytes || !isYoung(found)) await store.put(key, body(), options);
    await waitForRemovals(store, key, { patienceMs, signal: options.signal });
    found = await store.stat(key);
    if (found !== null) return;
  }
}

/**
 * Removes those of the objects that were written before a time, and spares what `renew` writes meanwhile.
 *
 * @param options.before at least some days ago, see RENEW_AFTER_MS
 * @returns keys of what was removed
 * @throws the error of the store; whether the object of that removal is gone is then not known
 */
export async function removeStale(
  store: ObjectStore,
  keys: readonly string[],
  options: { readonly before: Date; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const { before, signal } = options;
  const removed: string[] = [];
  for (let at = 0; at < keys.length;) {
    signal.throwIfAborted();
    const noticed = keys.slice(at, at + NOTICE_KEYS);
    const startedAt = Date.now();
    const notice = `${NOTICES}${randomUUID()}`;
    await store.put(notice, new TextEncoder().encode(noticed.join('\n')));
    let done = 0;
    for (const key of noticed) {
      const found = await store.stat(key);
      // The clock of the day, since it goes on while a machine sleeps. One that was set back tells nothing.
      const elapsedMs = Date.now() - startedAt;
      if (elapsedMs < 0 || elapsedMs > REMOVE_WITHIN_MS) break;
      if (found !== null && found.modifiedAt < before) {
        await store.delete(key);
        removed.push(key);
      }
      done += 1;
    }
    // Not reached when a removal failed: it may still be on its way, and its notice has to outlast it.
    await store.delete(notice);
    // What has not had its turn goes under a notice of its own; a key that takes all of the time alone waits for another day.
    at += Math.max(done, 1);
  }
  return removed;
}

/** Takes down notices of clean-ups that were killed. @param before at least some hours ago */
export async function forgetRemovals(store: ObjectStore, before: Date): Promise<void> {
  for await (const { key, modifiedAt } of store.list(NOTICES)) {
    if (modifiedAt < before) await store.delete(key);
  }
}

function isYoung({ modifiedAt }: StoredObject): boolean {
  return Date.now() - modifiedAt.getTime() < RENEW_AFTER_MS;
}

/** Resolves when every notice of the key that was up when this began is down. */
async function waitForRemovals(
  store: ObjectStore,
  key: string,
  options: { readonly patienceMs: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { patienceMs, signal } = options;
  for await (const { key: notice } of store.list(NOTICES)) {
    if (!(await isNoticed(store, notice, key))) continue;
    for (let waitedMs = 0; (await store.stat(notice)) !== null; waitedMs += POLL_MS) {
      if (waitedMs >= patienceMs) await store.delete(notice);
      else await delay(POLL_MS, undefined, signal === undefined ? {} : { signal });
    }
  }
}

async function isNoticed(store: ObjectStore, notice: string, key: string): Promise<boolean> {
  try {
    return new TextDecoder()
      .decode(await store.get(notice))
      .split('\n')
      .includes(key);
  } catch (error) {
    if (isStorageError(error, 'NOT_FOUND')) return false;
    throw error;
  }
}
