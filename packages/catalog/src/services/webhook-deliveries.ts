/** @file What workers read and write of deliveries. Trusted: no actor. */

import { change, recordChange } from '../audit/change.ts';
import { lendTransaction, type EnqueueTransaction, type ServiceContext } from '../context.ts';
import type { Prisma } from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';
import { entityOf } from './webhooks.ts';

/** Deliveries in a row that may be given up before a webhook is disabled. */
export const MOST_FAILURES = 10;

/** A delivery that is to be tried. */
export interface OpenDelivery {
  readonly id: string;
  readonly action: string;
  readonly payload: Prisma.JsonValue;
  readonly url: string;
  readonly secret: string;
  /** Of the next try, from 1. */
  readonly attempt: number;
}

/** How a try went. */
export interface DeliveryOutcome {
  readonly milliseconds: number;
  /** Status of the answer; null where there was none. */
  readonly status: number | null;
  /** Why it counts as failed; null where it was delivered. */
  readonly error: string | null;
}

/** Deliveries. */
export interface WebhookDeliveryService {
  /**
   * Makes a job for each delivery that has none, in the transaction that says so: never two, never none.
   *
   * @returns how many there were
   */
  queueDeliveries(
    enqueue: (tx: EnqueueTransaction, deliveryId: string) => Promise<void>,
  ): Promise<number>;
  /** The delivery with what is needed to try it; null where it is gone, has ended, or its webhook is disabled. */
  openDelivery(deliveryId: string): Promise<OpenDelivery | null>;
  /**
   * Writes how a try went. The last one that fails ends the delivery, and the last delivery in a row that ends so disables the
   * webhook.
   */
  recordAttempt(
    input: DeliveryOutcome & {
      readonly deliveryId: string;
      readonly attempt: number;
      readonly isLast: boolean;
    },
  ): Promise<void>;
}

/** Deliveries that get their jobs at once. */
const MOST_QUEUED = 100;

/** Makes the service of deliveries. */
export function createWebhookDeliveryService({ prisma }: ServiceContext): WebhookDeliveryService {
  return {
    queueDeliveries: (enqueue) =>
      prisma.$transaction(async (tx) => {
        const rows = await tx.$queryRaw<{ id: string }[]>`
          SELECT "id" FROM "webhook_delivery" WHERE "queuedAt" IS NULL
          ORDER BY "id" LIMIT ${MOST_QUEUED} FOR UPDATE SKIP LOCKED`;
        if (rows.length === 0) return 0;
        for (const { id } of rows) await enqueue(lendTransaction(tx), id);
        await tx.webhookDelivery.updateMany({
          where: { id: { in: rows.map(({ id }) => id) } },
          data: { queuedAt: new Date() },
        });
        return rows.length;
      }),

    async openDelivery(deliveryId) {
      const row = isUuid(deliveryId)
        ? await prisma.webhookDelivery.findUnique({
            where: { id: deliveryId },
            include: { webhook: true, _count: { select: { attempts: true } } },
          })
        : null;
      if (row?.state !== 'PENDING') return null;
      const { id, action, payload, webhook } = row;
      if (webhook.disabledAt !== null) {
        const data = { state: 'FAILED', finishedAt: new Date() } as const;
        await prisma.webhookDelivery.updateMany({ where: { id }, data });
        return null;
      }
      const { url, secret } = webhook;
      return { id, action, payload, url, secret, attempt: row._count.attempts + 1 };
    },

    recordAttempt: ({ deliveryId, attempt, isLast, ...outcome }) =>
      change(prisma, null, async (tx) => {
        // The webhook first, as whoever deletes it takes it: nothing of it goes while this is written, and failures are counted one at a time.
        await tx.$queryRaw`
          SELECT 1 FROM "webhook" WHERE "id" = (
            SELECT "webhookId" FROM "webhook_delivery" WHERE "id" = ${deliveryId}::uuid)
          FOR NO KEY UPDATE`;
        const delivery = await tx.webhookDelivery.findUnique({
          where: { id: deliveryId },
          include: { webhook: true },
        });
        // Deleted while it was on its way.
        if (delivery === null) return;
        await tx.webhookAttempt.createMany({
          data: [{ deliveryId, number: attempt, ...outcome }],
          skipDuplicates: true,
        });
        const isDelivered = outcome.error === null;
        if (!isDelivered && !isLast) return;
        await tx.webhookDelivery.update({
          where: { id: deliveryId },
          data: { state: isDelivered ? 'DELIVERED' : 'FAILED', finishedAt: new Date() },
        });
        const { id, teamId, disabledAt } = delivery.webhook;
        const webhook = await tx.webhook.update({
          where: { id },
          data: { failuresInRow: isDelivered ? 0 : { increment: 1 } },
        });
        if (webhook.failuresInRow < MOST_FAILURES || disabledAt !== null) return;
        const disabledReason = `The last ${MOST_FAILURES} deliveries failed; the latest: ${outcome.error ?? ''}`;
        await tx.webhook.update({
          where: { id },
          data: { disabledAt: new Date(), disabledReason },
        });
        recordChange(tx, {
          teamId,
          action: 'webhook.disable',
          entity: entityOf(webhook),
          after: { isEnabled: false, failures: MOST_FAILURES },
        });
      }),
  };
}
