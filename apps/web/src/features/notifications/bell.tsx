'use client';
/** @file How many notifications wait, live, and the way to them. */
import { useApolloClient, useSubscription } from '@apollo/client/react';
import { ActionIcon, Indicator } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import Link from 'next/link';
import { NotificationNewsDocument } from '@/generated/graphql.ts';
import { formatCount } from '@/lib/format.ts';
import { notificationsPath } from '@/lib/routes.ts';

const MOST_SHOWN = 99;

/** The bell with its number; the page of notifications reads again whenever that changes. */
export function Bell() {
  const client = useApolloClient();
  const { data } = useSubscription(NotificationNewsDocument, {
    onData: () => {
      void client.refetchQueries({ include: ['NotificationsPage'] });
    },
  });
  const count = data?.notificationNews.unreadCount ?? 0;
  return (
    <Indicator
      label={count > MOST_SHOWN ? `${String(MOST_SHOWN)}+` : formatCount(count)}
      size={16}
      offset={5}
      color="clay"
      disabled={count === 0}
      aria-hidden={false}
    >
      <ActionIcon
        component={Link}
        href={notificationsPath}
        size="lg"
        aria-label={count === 0 ? 'Notifications' : `Notifications, ${formatCount(count)} unread`}
      >
        <IconBell size={19} stroke={1.7} />
      </ActionIcon>
    </Indicator>
  );
}
