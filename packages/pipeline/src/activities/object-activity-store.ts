/** @file Activities remembered beside the objects they name, for runs without a database. */

import type { ObjectStore } from '@colloid/storage';

import type { ActivityStore } from './activity.ts';

/** Remembers each activity as one small object under `activities/`. */
export function objectActivityStore(store: ObjectStore): ActivityStore {
  const keyOf = (digest: string): string => `activities/${digest}.json`;
  const find = async (digest: string): Promise<unknown> => {
    if ((await store.stat(keyOf(digest))) === null) return null;
    return JSON.parse(new TextDecoder().decode(await store.get(keyOf(digest)))) as unknown;
  };
  return {
    findActivity: find,
    findActivities: async (digests) => {
      const found = new Map<string, unknown>();
      for (const digest of digests) {
        const output = await find(digest);
        if (output !== null) found.set(digest, output);
      }
      return found;
    },
    recordActivity: async ({ digest, output }) => {
      await store.put(keyOf(digest), new TextEncoder().encode(JSON.stringify(output)));
    },
  };
}
