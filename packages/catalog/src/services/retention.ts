/** @file Removes what nobody needs any more once it is old. Trusted: no actor. The audit log is none of it. */

import type { ServiceContext } from '../context.ts';

/** Rows of one statement: few enough that nobody waits for it. */
const RETENTION_BATCH = 1000;

/** What one call removed. */
export interface Removed {
  readonly deliveries: number;
  readonly notifications: number;
}

/** Age limits. */
export interface RetentionService {
  /**
   * Removes deliveries that ended before that moment, with their attempts, and notifications that were read before it: at most
   * {@link RETENTION_BATCH} of each, the oldest first. Two processes that do it at once share them. Deliveries that are still
   * tried and notifications that nobody has read stay.
   */
  removeOld(input: { readonly before: Date }): Promise<Removed>;
}

/** Makes the service. */
export function createRetentionService({ prisma }: ServiceContext): RetentionService {
  return {
    async removeOld({ before }) {
      const deliveries = await prisma.$executeRaw`
        DELETE FROM "webhook_delivery" WHERE "id" IN (
          SELECT "id" FROM "webhook_delivery" WHERE "finishedAt" < ${before}
          ORDER BY "finishedAt" LIMIT ${RETENTION_BATCH} FOR UPDATE SKIP LOCKED)`;
      const notifications = await prisma.$executeRaw`
        DELETE FROM "notification" WHERE "id" IN (
          SELECT "id" FROM "notification" WHERE "readAt" < ${before}
          ORDER BY "readAt" LIMIT ${RETENTION_BATCH} FOR UPDATE SKIP LOCKED)`;
      return { deliveries, notifications };
    },
  };
}
