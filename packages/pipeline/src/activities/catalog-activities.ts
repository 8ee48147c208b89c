/** @file Activities that the catalog remembers. */

import type { ActivityService } from '@colloid/catalog';

import type { ActivityStore } from './activity.ts';

/** The catalog as a store of activities. */
export function catalogActivities(activities: ActivityService): ActivityStore {
  return {
    findActivity: async (digest) => (await activities.findActivity(digest))?.output ?? null,
    findActivities: async (digests) => {
      const found = await activities.findActivities(digests);
      return new Map(found.map(({ digest, output }) => [digest, output]));
    },
    recordActivity: async (activity) => {
      await activities.recordActivity({
        ...activity,
        output: JSON.parse(JSON.stringify(activity.output)) as Record<string, never>,
      });
    },
  };
}
