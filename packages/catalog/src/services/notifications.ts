/** @file What a person was told, and what they want to be told. Each of it is theirs alone: no role and no API key opens it. */

import type { Actor } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { CatalogError } from '../errors.ts';
import { notifyRun } from '../events/run-event.ts';
import type { Notification } from '../generated/client.ts';
import { cleanIds } from '../in-order.ts';
import { isTopic, type Topic } from '../notices/topics.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { isUuid, readDescending } from '../paging/single-key.ts';

/** Which notifications. */
export interface NotificationScope {
  readonly actor: Actor;
  /** Only those that have not been read. */
  readonly isUnread?: boolean | null | undefined;
}

/** Notifications. */
export interface NotificationService {
  /** Newest first. */
  listNotifications(
    input: NotificationScope & { readonly page?: PageRequest },
  ): Promise<Page<Notification>>;
  countNotifications(input: NotificationScope): Promise<number>;
  /**
   * Marks those with these ids as read, or all of them; ids of nobody's or somebody else's change nothing. Tells other open pages.
   *
   * @returns how many are still unread
   */
  markRead(input: {
    readonly actor: Actor;
    readonly ids: readonly string[] | 'ALL';
  }): Promise<number>;
  /** What the actor does not want to be told of. */
  mutedTopicsOf(input: { readonly actor: Actor }): Promise<readonly Topic[]>;
  /** @throws CatalogError INVALID for a topic that there is not */
  muteTopics(input: {
    readonly actor: Actor;
    readonly topics: readonly string[];
  }): Promise<readonly Topic[]>;
}

/** Makes the service of notifications. */
export function createNotificationService({ prisma }: ServiceContext): NotificationService {
  const scopeOf = ({ actor: { userId, key }, isUnread }: NotificationScope) => {
    if (key !== undefined) {
      throw new CatalogError(
        'FORBIDDEN',
        'What somebody was told is theirs alone, so no API key opens it; sign in.',
      );
    }
    return { userId, ...(isUnread === true ? { readAt: null } : {}) };
  };
  return {
    async listNotifications({ page = {}, ...scope }) {
      const where = scopeOf(scope);
      return readDescending(page, {
        keyOf: (row: Notification) => row.id,
        isKey: isUuid,
        find: ({ key, order, take }) =>
          prisma.notification.findMany({
            where: { AND: [where, { id: key }] },
            orderBy: { id: order },
            take,
          }),
      });
    },

    countNotifications: async (scope) => prisma.notification.count({ where: scopeOf(scope) }),

    async markRead({ actor, ids }) {
      const where = scopeOf({ actor, isUnread: true });
      return prisma.$transaction(async (tx) => {
        const { count } = await tx.notification.updateMany({
          where: { ...where, ...(ids === 'ALL' ? {} : { id: { in: cleanIds(ids) } }) },
          data: { readAt: new Date() },
        });
        if (count > 0) await notifyRun(tx, { kind: 'NOTICE', userId: actor.userId });
        return tx.notification.count({ where });
      });
    },

    async mutedTopicsOf({ actor }) {
      const { userId } = scopeOf({ actor });
      const row = await prisma.notificationSettings.findUnique({ where: { userId } });
      return (row?.mutedTopics ?? []).filter(isTopic);
    },

    async muteTopics({ actor, topics }) {
      const { userId } = scopeOf({ actor });
      const mutedTopics = [...new Set(topics)].map((topic) => {
        if (isTopic(topic)) return topic;
        throw new CatalogError('INVALID', `There is no topic '${topic}'.`, { path: ['topics'] });
      });
      await prisma.notificationSettings.upsert({
        where: { userId },
        create: { userId, mutedTopics },
        update: { mutedTopics },
      });
      return mutedTopics;
    },
  };
}
