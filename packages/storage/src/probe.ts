/** @file The round trip that shows whether a store can be used. */
import { randomUUID } from 'node:crypto';

import { StorageError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';

/** Write, read, compare and delete one small object of a name nobody else uses. */
export async function probeRoundTrip(store: ObjectStore, place: string): Promise<void> {
  const key = `probe-${randomUUID()}`;
  const written = new TextEncoder().encode(key);
  await store.put(key, written);
  try {
    const read = await store.get(key);
    if (Buffer.compare(read, written) !== 0)
      throw new StorageError(
        'CORRUPT',
        `${place} gave back other bytes than were written; check the disk or the proxy in between.`,
        { key },
      );
  } finally {
    await store.delete(key);
  }
}
