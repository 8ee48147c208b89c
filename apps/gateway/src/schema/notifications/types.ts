/** @file What a person was told. */
import { TOPIC_WORDS } from '@colloid/catalog';

import { isNodeTypeName } from '../../ids.ts';
import type { GlobalKey } from '../../ids.ts';
import { loadNode } from '../../loaders/load-node.ts';
import { enumType, objectType } from '../nexus.ts';

export const NotificationTopic = enumType({
  name: 'NotificationTopic',
  description: 'What a change is about: what a person can mute, and a webhook be narrowed to.',
  members: Object.entries(TOPIC_WORDS).map(([name, words]) => ({
    name,
    description: `${words}.`,
  })),
});

export const Notification = objectType({
  name: 'Notification',
  description: 'Something that you were told. Nobody else sees it.',
  definition(t) {
    t.id('id', { description: 'Stays the same. Not fetched by `node`.' });
    t.string('sentence', { description: 'What happened, in one sentence without a full stop.' });
    t.string('action', { description: 'Kind of change, such as `run.end`.' });
    t.field('createdAt', { type: 'DateTime', description: 'When it happened.' });
    t.nullable.field('readAt', {
      type: 'DateTime',
      description: 'When you read it; null where you have not.',
    });
    t.nullable.field('team', {
      type: 'Team',
      description: 'The team in which it happened; null where you are no member of it.',
      resolve: ({ teamId }, _args, { loaders }) =>
        teamId === null ? null : loaders.team.load(teamId),
    });
    t.nullable.field('subject', {
      type: 'Node',
      description:
        'What it is about; null where it is gone, has no page, or you may not see it any more.',
      resolve: ({ entityType, entityId }, _args, { loaders }) =>
        isNodeTypeName(entityType)
          ? loadNode(loaders, { type: entityType, key: { id: entityId } } as GlobalKey)
          : null,
    });
  },
});

export const NotificationSettings = objectType({
  name: 'NotificationSettings',
  description: 'What you want to be told of.',
  definition(t) {
    t.list.field('mutedTopics', {
      type: 'NotificationTopic',
      description: 'What you are not told of.',
      resolve: ({ mutedTopics }) => [...mutedTopics],
    });
  },
});

export const NotificationNews = objectType({
  name: 'NotificationNews',
  description: 'How many notifications wait for you.',
  definition(t) {
    t.int('unreadCount', { description: 'Number of those that you have not read.' });
    t.nullable.field('newest', {
      type: 'Notification',
      description: 'The newest one; null where there is none.',
    });
  },
});
