'use client';
/** @file What one was told, and what one wants to be told of. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Center, Checkbox, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { IconBell } from '@tabler/icons-react';
import Link from 'next/link';
import { useState } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  MarkNotificationsReadDocument,
  type NotificationRowFragment,
  NotificationSettingsDocument,
  NotificationsPageDocument,
  type NotificationTopic,
  SetNotificationSettingsDocument,
} from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { useChange } from '@/lib/use-change.ts';
import classes from './notifications.module.css';
import { subjectPath } from './subject-path.ts';
import { TOPICS } from './topics.ts';

const PAGE = 30;

/** The page at `/notifications`. */
export function NotificationsPage() {
  // The server sends the page with its switch, which nobody hears before the script runs.
  const isAlive = useMounted();
  const [isUnread, setUnread] = useState(false);
  const { data, error, loading, refetch, fetchMore } = useQuery(NotificationsPageDocument, {
    variables: { first: PAGE, isUnread },
    fetchPolicy: 'cache-and-network',
  });
  const [mark] = useMutation(MarkNotificationsReadDocument, {
    refetchQueries: ['NotificationsPage'],
  });
  const { failure, run } = useChange();
  const markRead = (ids: readonly string[] | null) =>
    void run(async () => {
      const variables = { input: ids === null ? {} : { ids: [...ids] } };
      return (await mark({ variables })).data?.markNotificationsRead.userErrors;
    });
  const list = data?.notifications;
  const rows = list?.edges.map(({ node }) => node) ?? [];
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Notifications' }]}
        title="Notifications"
        description="What happened to what is yours, or waits for you. Only you see this."
        actions={
          <Button
            variant="default"
            disabled={rows.every(({ readAt }) => readAt !== null)}
            onClick={() => markRead(null)}
          >
            Mark all as read
          </Button>
        }
      />
      <Stack gap={20}>
        {failure !== null && (
          <Alert color="clay" role="alert">
            {failure}
          </Alert>
        )}
        <Panel
          title={
            list === undefined
              ? 'Notifications'
              : formatCounted(list.totalCount, 'notification', 'notifications')
          }
          padded={false}
          actions={
            <Switch
              label="Unread only"
              checked={isUnread}
              disabled={!isAlive}
              onChange={(event) => setUnread(event.currentTarget.checked)}
            />
          }
        >
          {list === undefined && error !== undefined && (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )}
          {list === undefined && error === undefined && (
            <div className={classes.padded}>
              <Skeleton h={160} role="status" aria-label="Loading notifications" />
            </div>
          )}
          {list !== undefined && rows.length === 0 && (
            <div className={classes.padded}>
              <EmptyState compact icon={<IconBell size={20} />} title="Nothing to read">
                You are told when a run of yours ends, a review is asked of you, or your role
                changes.
              </EmptyState>
            </div>
          )}
          <ul className={classes.list} aria-label="Notifications">
            {rows.map((row) => (
              <Row key={row.id} row={row} onRead={() => markRead([row.id])} />
            ))}
          </ul>
          {list?.pageInfo.hasNextPage === true && (
            <Center p={16}>
              <Button
                variant="default"
                loading={loading}
                onClick={() => void fetchMore({ variables: { after: list.pageInfo.endCursor } })}
              >
                Show more
              </Button>
            </Center>
          )}
        </Panel>
        <Settings />
      </Stack>
    </>
  );
}

interface RowProps {
  readonly row: NotificationRowFragment;
  readonly onRead: () => void;
}

function Row({ row, onRead }: RowProps) {
  const href = subjectPath(row);
  const isNew = row.readAt === null;
  return (
    <li className={classes.row} data-new={isNew || undefined}>
      <span className={classes.dot} aria-hidden />
      <div className={classes.main}>
        <Text fw={isNew ? 560 : 440}>
          {isNew && <span className="visually-hidden">New: </span>}
          {href === null ? (
            row.sentence
          ) : (
            <Link
              href={href}
              className={classes.link}
              onClick={() => {
                if (isNew) onRead();
              }}
            >
              {row.sentence}
            </Link>
          )}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          {row.team !== null && `${row.team.name} · `}
          <Moment at={row.createdAt} />
        </Text>
      </div>
      {isNew && (
        <Button
          variant="default"
          size="xs"
          aria-label={`Mark as read: ${row.sentence}`}
          onClick={onRead}
        >
          Mark as read
        </Button>
      )}
    </li>
  );
}

function Settings() {
  const { data, error, refetch } = useQuery(NotificationSettingsDocument);
  const [save] = useMutation(SetNotificationSettingsDocument, {
    refetchQueries: ['NotificationSettings'],
    awaitRefetchQueries: true,
  });
  const { failure, run } = useChange();
  // What was just chosen, until the server says so itself, or that it did not take it.
  const [chosen, setChosen] = useState<readonly NotificationTopic[] | null>(null);
  const muted = chosen ?? data?.notificationSettings.mutedTopics;
  const change = (wanted: readonly string[]) => {
    const mutedTopics: NotificationTopic[] = TOPICS.map(({ topic }) => topic).filter(
      (topic) => !wanted.includes(topic),
    );
    setChosen(mutedTopics);
    void run(async () => {
      const { data: saved } = await save({ variables: { input: { mutedTopics } } });
      return saved?.setNotificationSettings.userErrors;
      // Something else may have been chosen meanwhile.
    }).finally(() => setChosen((current) => (current === mutedTopics ? null : current)));
  };
  return (
    <Panel title="What you are told of">
      {error !== undefined && muted === undefined && (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
      {failure !== null && (
        <Alert color="clay" role="alert" mb={12}>
          {failure}
        </Alert>
      )}
      {error === undefined && muted === undefined && <Skeleton h={120} />}
      {muted !== undefined && (
        <Checkbox.Group
          aria-label="Topics"
          value={TOPICS.map(({ topic }) => topic as string).filter(
            (topic) => !muted.includes(topic as NotificationTopic),
          )}
          onChange={change}
        >
          <Stack gap={10}>
            {TOPICS.map(({ topic, word }) => (
              <Checkbox key={topic} value={topic} label={word} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
    </Panel>
  );
}
