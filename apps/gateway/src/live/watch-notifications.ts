/** @file What the bell of a person shows. */
import type { Notification, RunEvent } from '@colloid/catalog';

import { requireActor } from '../context.ts';
import type { GatewayContext } from '../context.ts';
import type { EventQueue } from './event-queue.ts';

/** See the GraphQL type of the same name. */
export interface NotificationNews {
  readonly unreadCount: number;
  readonly newest: Notification | null;
}

/** How things stand for whoever asks. */
export async function newsOf(context: GatewayContext): Promise<NotificationNews> {
  const actor = requireActor(context);
  const { notifications } = context.catalog;
  const [unreadCount, page] = await Promise.all([
    notifications.countNotifications({ actor, isUnread: true }),
    notifications.listNotifications({ actor, page: { first: 1 } }),
  ]);
  return { unreadCount, newest: page.edges[0]?.node ?? null };
}

/** How things stand, and again whenever that changes, until the watcher leaves. */
export function watchNotifications(
  context: GatewayContext,
): AsyncIterableIterator<NotificationNews> {
  // Watch first and read then: what happens in between is told rather than lost.
  const events = context.runFeed.watchPerson(requireActor(context).userId);
  const news = follow(context, events);
  return {
    next: () => news.next(),
    async return() {
      await events.return();
      return news.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* follow(
  context: GatewayContext,
  events: EventQueue<RunEvent>,
): AsyncGenerator<NotificationNews, void, undefined> {
  try {
    for (;;) {
      context.refresh();
      yield await newsOf(context);
      const { done } = await events.next();
      if (done === true) return;
    }
  } finally {
    events.end();
  }
}
