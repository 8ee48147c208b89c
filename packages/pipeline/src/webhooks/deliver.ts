/** @file One try at one delivery, and the making of jobs for deliveries that have none. */

import { setTimeout as delay } from 'node:timers/promises';

import type { Catalog } from '@colloid/catalog';

import { PipelineError } from '../errors.ts';
import { WEBHOOK_ATTEMPTS } from '../queue/jobs.ts';
import type { Queue } from '../queue/queue.ts';
import { postOnce } from './post.ts';
import { SIGNATURE_HEADER, signDelivery } from './signature.ts';

/** How often a worker looks for deliveries without a job. */
const SWEEP_MS = 2000;

/** What a try needs. */
export interface DeliverOptions {
  readonly catalog: Pick<Catalog, 'webhookDeliveries'>;
  readonly deliveryId: string;
  readonly allowPrivate: boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/**
 * Tries once and writes how it went. Nothing happens where the delivery is gone, has ended, or its webhook is disabled.
 *
 * @returns `AGAIN` where another try is due
 */
export async function deliverWebhook(
  options: DeliverOptions,
): Promise<'NOTHING' | 'DELIVERED' | 'AGAIN' | 'FAILED'> {
  const { catalog, deliveryId, allowPrivate, now } = options;
  const delivery = await catalog.webhookDeliveries.openDelivery(deliveryId);
  if (delivery === null) return 'NOTHING';
  const body = JSON.stringify(delivery.payload);
  const start = now();
  const seconds = Math.floor(start / 1000);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Colloid',
    'colloid-event': delivery.action,
    'colloid-delivery': delivery.id,
    [SIGNATURE_HEADER]: signDelivery({ secret: delivery.secret, seconds, body }),
  };
  const { url } = delivery;
  const answer = await postOnce({
    url,
    headers,
    body,
    allowPrivate,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }).then(
    (status) => ({ status, error: status >= 200 && status < 300 ? null : sentence(status) }),
    (error: unknown) => ({ status: null, error: reasonOf(error) }),
  );
  // A worker that stops has not tried: the job goes to another one.
  options.signal?.throwIfAborted();
  const { attempt } = delivery;
  const isLast = attempt >= WEBHOOK_ATTEMPTS;
  const milliseconds = Math.max(0, Math.round(now() - start));
  await catalog.webhookDeliveries.recordAttempt({
    deliveryId,
    attempt,
    isLast,
    milliseconds,
    ...answer,
  });
  if (answer.error === null) return 'DELIVERED';
  return isLast ? 'FAILED' : 'AGAIN';
}

/** Makes jobs for new deliveries every two seconds, until the signal. */
export async function queueDeliveries(options: {
  readonly catalog: Pick<Catalog, 'webhookDeliveries'>;
  readonly queue: Pick<Queue, 'enqueueDelivery'>;
  readonly signal: AbortSignal;
  readonly onFault: (error: unknown) => void;
}): Promise<void> {
  const { catalog, queue, signal, onFault } = options;
  while (!signal.aborted) {
    try {
      await catalog.webhookDeliveries.queueDeliveries((tx, id) => queue.enqueueDelivery(tx, id));
    } catch (error) {
      onFault(error);
    }
    // Aborted: the loop sees that by itself.
    await delay(SWEEP_MS, undefined, { signal }).catch(() => undefined);
  }
}

function sentence(status: number): string {
  return status >= 300 && status < 400
    ? `The answer was ${status}, and redirects are not followed; give the webhook the address it leads to.`
    : `The answer was ${status}.`;
}

function reasonOf(error: unknown): string {
  if (error instanceof PipelineError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  return `There was no answer: ${text.slice(0, 300)}.`;
}
