/** @file Webhooks and what was delivered to them. */
import { requireActor } from '../../context.ts';
import { enumType, objectType } from '../nexus.ts';
import { connectionOf, pageArguments, pagePrice } from '../shared/connections.ts';

export const Webhook = objectType({
  name: 'Webhook',
  description:
    'An address that is told what happens in a team: one signed POST per event. Private datasets are not told of.',
  definition(t) {
    t.id('id', { description: 'Stays the same. Not fetched by `node`.' });
    t.string('url', { description: 'Where events are sent.' });
    t.list.field('topics', {
      type: 'NotificationTopic',
      description: 'What it is told of; empty: everything.',
      resolve: ({ topics }) => [...topics],
    });
    t.field('createdAt', { type: 'DateTime', description: 'When it was made.' });
    t.nullable.field('disabledAt', {
      type: 'DateTime',
      description: 'Since when nothing is sent to it; null where it is enabled.',
    });
    t.nullable.string('disabledReason', {
      description: 'Why Colloid disabled it by itself; null where a person did, or nobody.',
    });
    t.field('deliveries', {
      type: 'WebhookDeliveryConnection',
      description: 'What was sent, newest first.',
      args: pageArguments,
      extensions: pagePrice,
      resolve: ({ id: webhookId }, page, context) => {
        const scope = { actor: requireActor(context), webhookId };
        return connectionOf(page, {
          page: (page) => context.catalog.webhooks.listDeliveries({ ...scope, page }),
          count: () => context.catalog.webhooks.countDeliveries(scope),
        });
      },
    });
  },
});

export const DeliveryState = enumType({
  name: 'DeliveryState',
  description: 'Where a delivery stands.',
  members: [
    { name: 'PENDING', description: 'It waits for its first try, or for another one.' },
    { name: 'DELIVERED', description: 'The receiver answered with a status from 200 to 299.' },
    { name: 'FAILED', description: 'It was given up after eight tries.' },
  ],
});

export const WebhookDelivery = objectType({
  name: 'WebhookDelivery',
  description: 'One event on its way to one webhook.',
  definition(t) {
    t.id('id', { description: 'Sent as the header `Colloid-Delivery`. Not fetched by `node`.' });
    t.string('action', { description: 'Kind of change, such as `run.end`, or `ping`.' });
    t.field('payload', {
      type: 'JSON',
      description: 'The body, as docs/webhooks.md describes it.',
    });
    t.field('state', { type: 'DeliveryState', description: 'Where it stands.' });
    t.field('createdAt', { type: 'DateTime', description: 'When it happened.' });
    t.nullable.field('finishedAt', {
      type: 'DateTime',
      description: 'When it was delivered or given up; null while it is tried.',
    });
    t.boolean('isRedelivery', {
      description: 'Whether somebody had it sent again.',
      resolve: ({ redeliveryOf }) => redeliveryOf !== null,
    });
    t.list.field('attempts', {
      type: 'WebhookAttempt',
      description: 'The tries so far, oldest first.',
      extensions: { price: { assumedSize: 2 } },
      resolve: ({ id }, _args, { loaders }) => loaders.attemptsByDelivery.load(id),
    });
  },
});

export const WebhookAttempt = objectType({
  name: 'WebhookAttempt',
  description: 'One try at a delivery.',
  definition(t) {
    t.int('number', { description: 'Its number, from 1.' });
    t.field('at', { type: 'DateTime', description: 'When it ended.' });
    t.int('milliseconds', { description: 'How long it took.' });
    t.nullable.int('status', { description: 'HTTP status of the answer; null where none came.' });
    t.nullable.string('error', {
      description: 'Why it counts as failed; null where it was delivered.',
    });
  },
});
