/** @file One's own notifications. */
import { requireActor } from '../../context.ts';
import { booleanArg, nonNull, queryField } from '../nexus.ts';
import { connectionOf, pageArguments, pagePrice } from '../shared/connections.ts';

export const notificationsQuery = queryField((t) => {
  t.field('notifications', {
    type: 'NotificationConnection',
    description: 'What you were told, newest first. API keys do not see it.',
    args: {
      ...pageArguments,
      isUnread: booleanArg({ description: 'Only those that you have not read.' }),
    },
    extensions: pagePrice,
    resolve: (_root, { isUnread, ...page }, context) => {
      const scope = { actor: requireActor(context), isUnread };
      return connectionOf(page, {
        page: (page) => context.catalog.notifications.listNotifications({ ...scope, page }),
        count: () => context.catalog.notifications.countNotifications(scope),
      });
    },
  });
});

export const notificationSettingsQuery = queryField('notificationSettings', {
  type: nonNull('NotificationSettings'),
  description: 'What you want to be told of. API keys do not see it.',
  resolve: async (_root, _args, context) => ({
    mutedTopics: await context.catalog.notifications.mutedTopicsOf({
      actor: requireActor(context),
    }),
  }),
});
