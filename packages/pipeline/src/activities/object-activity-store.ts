/** @file Activities remembered beside the objects they name, for runs without a database. */

import type { ObjectStore } from '@colloid/storage';

import type { ActivityStore } from './activity.ts';

/** Remembers each activity as one small object under `activities/`. */
export function objectActivityStore(store: ObjectStore): ActivityStore {
  const keyOf = (digest: string): string => `activities/${digest}.json`;
  return {
    findActivity: async (digest) => {
      if ((await store.stat(keyOf(digest))) === null) return null;
      return JSON.parse(new TextDecoder().decode(await store.get(keyOf(digest)))) as unknown;
    },
    recordActivity: async ({ digest, output }) => {
      await store.put(keyOf(digest), new TextEncoder().encode(JSON.stringify(output)));
    },
  };
}
