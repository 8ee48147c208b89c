/** @file Making, changing and deleting webhooks, and delivering again. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull, objectType } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const CreateWebhookInput = inputObjectType({
  name: 'CreateWebhookInput',
  description: 'A webhook to be made.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team whose events it is told.' });
    t.nonNull.string('url', {
      description: 'Where events are sent: an https or http address without a name or password.',
    });
    t.list.nonNull.field('topics', {
      type: 'NotificationTopic',
      description: 'What it is told of; left out or empty: everything.',
    });
  },
});

export const IssuedWebhook = objectType({
  name: 'IssuedWebhook',
  description: 'A new webhook with its secret, which is shown this once.',
  definition(t) {
    t.field('webhook', { type: 'Webhook', description: 'The webhook.' });
    t.string('secret', { description: 'What signs each delivery, for the receiver to check.' });
  },
});

export const CreateWebhookPayload = payloadType('CreateWebhookPayload', {
  field: 'issued',
  type: 'IssuedWebhook',
  description: 'The webhook and its secret.',
});

export const createWebhookMutation = mutationField('createWebhook', {
  type: nonNull('CreateWebhookPayload'),
  description: 'Make a webhook, and send it a first event, `ping`. Needs the role MAINTAINER.',
  args: { input: nonNull(arg({ type: 'CreateWebhookInput', description: 'The webhook.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('issued', async () => {
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      return context.catalog.webhooks.createWebhook({
        ...input,
        actor: requireActor(context),
        teamId,
      });
    }),
});

export const ChangeWebhookInput = inputObjectType({
  name: 'ChangeWebhookInput',
  description: 'What is to be changed of a webhook; what is left out stays.',
  definition(t) {
    t.nonNull.id('webhookId', { description: 'The webhook.' });
    t.string('url', { description: 'Where events are sent.' });
    t.list.nonNull.field('topics', {
      type: 'NotificationTopic',
      description: 'What it is told of; empty: everything.',
    });
    t.boolean('isEnabled', { description: 'Whether events are sent; true forgets failures.' });
  },
});

export const ChangeWebhookPayload = payloadType('ChangeWebhookPayload', {
  field: 'webhook',
  type: 'Webhook',
  description: 'The webhook as it is now.',
});

export const changeWebhookMutation = mutationField('changeWebhook', {
  type: nonNull('ChangeWebhookPayload'),
  description: 'Change, disable or enable a webhook. Needs the role MAINTAINER.',
  args: { input: nonNull(arg({ type: 'ChangeWebhookInput', description: 'The change.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('webhook', () =>
      context.catalog.webhooks.changeWebhook({ ...input, actor: requireActor(context) }),
    ),
});

export const DeleteWebhookInput = inputObjectType({
  name: 'DeleteWebhookInput',
  description: 'A webhook to be deleted.',
  definition(t) {
    t.nonNull.id('webhookId', { description: 'The webhook.' });
  },
});

export const DeleteWebhookPayload = objectType({
  name: 'DeleteWebhookPayload',
  description: 'What came of it.',
  definition(t) {
    t.boolean('isDeleted', { description: 'Whether it is gone.' });
    t.list.field('userErrors', {
      type: 'UserError',
      description: 'Why it did not happen; empty where it did.',
    });
  },
});

export const deleteWebhookMutation = mutationField('deleteWebhook', {
  type: nonNull('DeleteWebhookPayload'),
  description: 'Delete a webhook with the log of its deliveries. Needs the role MAINTAINER.',
  args: { input: nonNull(arg({ type: 'DeleteWebhookInput', description: 'Which one.' })) },
  resolve: async (_root, { input: { webhookId } }, context) => {
    const { isDeleted, userErrors } = await withUserErrors('isDeleted', async () => {
      await context.catalog.webhooks.deleteWebhook({ actor: requireActor(context), webhookId });
      return true;
    });
    return { isDeleted: isDeleted === true, userErrors };
  },
});

export const RedeliverWebhookInput = inputObjectType({
  name: 'RedeliverWebhookInput',
  description: 'A delivery to be sent again.',
  definition(t) {
    t.nonNull.id('deliveryId', { description: 'The delivery.' });
  },
});

export const RedeliverWebhookPayload = payloadType('RedeliverWebhookPayload', {
  field: 'delivery',
  type: 'WebhookDelivery',
  description: 'The new delivery, with the payload of the old one.',
});

export const redeliverWebhookMutation = mutationField('redeliverWebhook', {
  type: nonNull('RedeliverWebhookPayload'),
  description: 'Send a delivery again that has ended. Needs the role MAINTAINER.',
  args: { input: nonNull(arg({ type: 'RedeliverWebhookInput', description: 'Which one.' })) },
  resolve: (_root, { input: { deliveryId } }, context) =>
    withUserErrors('delivery', () =>
      context.catalog.webhooks.redeliver({ actor: requireActor(context), deliveryId }),
    ),
});
