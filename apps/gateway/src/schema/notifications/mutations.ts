/** @file Reading notifications, and saying what one wants to be told of. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { newsOf } from '../../live/watch-notifications.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';

export const MarkNotificationsReadInput = inputObjectType({
  name: 'MarkNotificationsReadInput',
  description: 'Notifications that you have read.',
  definition(t) {
    t.list.nonNull.id('ids', {
      description:
        'Which ones: at most 500; left out, all of them. Those of others stay as they are.',
    });
  },
});

export const MarkNotificationsReadPayload = payloadType('MarkNotificationsReadPayload', {
  field: 'news',
  type: 'NotificationNews',
  description: 'What is left.',
});

export const markNotificationsReadMutation = mutationField('markNotificationsRead', {
  type: nonNull('MarkNotificationsReadPayload'),
  description: 'Mark notifications of yours as read.',
  args: {
    input: nonNull(arg({ type: 'MarkNotificationsReadInput', description: 'Which ones.' })),
  },
  resolve: (_root, { input: { ids } }, context) =>
    withUserErrors('news', async () => {
      const actor = requireActor(context);
      await context.catalog.notifications.markRead({ actor, ids: ids ?? 'ALL' });
      return newsOf(context);
    }),
});

export const SetNotificationSettingsInput = inputObjectType({
  name: 'SetNotificationSettingsInput',
  description: 'What you want to be told of.',
  definition(t) {
    t.nonNull.list.nonNull.field('mutedTopics', {
      type: 'NotificationTopic',
      description: 'What you do not want to be told of; everything else you are.',
    });
  },
});

export const SetNotificationSettingsPayload = payloadType('SetNotificationSettingsPayload', {
  field: 'settings',
  type: 'NotificationSettings',
  description: 'The settings as they are now.',
});

export const setNotificationSettingsMutation = mutationField('setNotificationSettings', {
  type: nonNull('SetNotificationSettingsPayload'),
  description: 'Say what you want to be told of, from now on.',
  args: {
    input: nonNull(arg({ type: 'SetNotificationSettingsInput', description: 'The settings.' })),
  },
  resolve: (_root, { input: { mutedTopics: topics } }, context) =>
    withUserErrors('settings', async () => ({
      mutedTopics: await context.catalog.notifications.muteTopics({
        actor: requireActor(context),
        topics,
      }),
    })),
});
