/** @file Outputs of idempotent steps, found again by the digest of their inputs. Trusted: no actor. */

import type { ServiceContext } from '../context.ts';
import type { Activity, Prisma } from '../generated/client.ts';

/** Activities. */
export interface ActivityService {
  findActivity(digest: string): Promise<Activity | null>;
  /** Those of these digests that are on record, in no order. */
  findActivities(digests: readonly string[]): Promise<Activity[]>;
  /** Records an output and returns what is on record: the first one stays, so that two workers agree. */
  recordActivity(input: {
    readonly digest: string;
    readonly name: string;
    readonly output: Prisma.InputJsonValue;
  }): Promise<Activity>;
}

/** Makes the service of activities. */
export function createActivityService({ prisma }: ServiceContext): ActivityService {
  return {
    findActivity: (digest) => prisma.activity.findUnique({ where: { digest } }),

    findActivities: (digests) =>
      prisma.activity.findMany({ where: { digest: { in: [...digests] } } }),

    async recordActivity(activity) {
      await prisma.activity.createMany({ data: [activity], skipDuplicates: true });
      return prisma.activity.findUniqueOrThrow({ where: { digest: activity.digest } });
    },
  };
}
