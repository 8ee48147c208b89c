/** @file The bell, live. */
import { requireActor } from '../../context.ts';
import { watchNotifications } from '../../live/watch-notifications.ts';
import { nonNull, subscriptionField } from '../nexus.ts';

export const notificationNewsSubscription = subscriptionField('notificationNews', {
  type: nonNull('NotificationNews'),
  description:
    'How many notifications wait for you: now, and again whenever one comes or is read. API keys do not see it.',
  subscribe: (_root, _args, context) => {
    requireActor(context);
    return watchNotifications(context);
  },
  resolve: (event) => event as never,
});
