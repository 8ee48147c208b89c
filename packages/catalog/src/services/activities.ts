/** @file Outputs of idempotent steps, found again by the digest of their inputs. Trusted: no actor. */

import type { ServiceContext } from '../context.ts';
import type { Activity, Prisma } from '../generated/client.ts';

/** `usedAt` is right to an hour. */
const TELL_AFTER_MS = 3600 * 1000;

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
  // Told before it is read, so that what was read is not forgotten a moment later; and seldom, since workers ask all the time.
  const use = async (digests: readonly string[]) => {
    const usedAt = new Date();
    const where = { digest: { in: [...digests] } };
    const since = new Date(usedAt.getTime() - TELL_AFTER_MS);
    await prisma.activity.updateMany({
      where: { ...where, usedAt: { lt: since } },
      data: { usedAt },
    });
    return prisma.activity.findMany({ where });
  };

  return {
    findActivity: async (digest) => (await use([digest]))[0] ?? null,

    findActivities: use,

    async recordActivity(activity) {
      await prisma.activity.createMany({ data: [activity], skipDuplicates: true });
      return prisma.activity.findUniqueOrThrow({ where: { digest: activity.digest } });
    },
  };
}
