'use client';
/** @file What happened in the team, day by day, as all of its members may know it. */
import { useQuery } from '@apollo/client/react';
import { Button, Center, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { ActivityPageDocument, type ActivityPageQuery } from '@/generated/graphql.ts';
import { formatDay } from '@/lib/format.ts';
import { teamPath } from '@/lib/routes.ts';
import classes from './team.module.css';

const PAGE = 50;

const KINDS = [
  ['', 'Everything'],
  ['Dataset', 'Datasets'],
  ['Run', 'Runs'],
  ['DatasetVersion', 'Versions'],
  ['Release', 'Releases'],
  ['Recipe', 'Recipes'],
  ['ModelVersion', 'Models'],
  ['IdentityBudget', 'Budgets'],
  ['Person', 'Members'],
] as const;

type Event = NonNullable<ActivityPageQuery['team']>['activity']['edges'][number]['node'];

/** The page at `/t/<team>/activity`. */
export function ActivityPage({ team: slug }: { readonly team: string }) {
  const [kind, setKind] = useState('');
  const { data, previousData, error, loading, refetch, fetchMore } = useQuery(
    ActivityPageDocument,
    {
      variables: { team: slug, first: PAGE, entityType: kind === '' ? null : kind },
      fetchPolicy: 'cache-and-network',
    },
  );
  const shown = data ?? previousData;
  if (shown === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={300} role="status" aria-label="Loading what happened" />;
  }
  const { team } = shown;
  if (team === null)
    return <NotFoundState what="team" backHref="/" backLabel="Go to your datasets" />;
  const { edges, pageInfo } = team.activity;
  const days = byDay(edges.map(({ node }) => node));
  return (
    <>
      <PageHeader
        crumbs={[{ label: team.name, href: teamPath(slug) }, { label: 'Activity' }]}
        title="Activity"
        description="What happened in the team: runs, versions, releases, models, members."
        actions={
          <NativeSelect
            aria-label="What happened to"
            value={kind}
            data={KINDS.map(([value, label]) => ({ value, label }))}
            onChange={(event) => setKind(event.currentTarget.value)}
          />
        }
      />
      {days.length === 0 ? (
        <EmptyState icon={<IconHistory size={22} />} title="Nothing of that kind yet">
          What members make and change is listed here, the newest first.
        </EmptyState>
      ) : (
        <Stack gap={20}>
          {days.map(([day, events]) => (
            <Panel key={day} title={day} padded={false}>
              <ul className={classes.list} aria-label={`Events of ${day}`}>
                {events.map((event) => (
                  <li key={event.sequence} className={classes.row}>
                    <Text className={classes.rowMain}>{event.sentence}</Text>
                    <Text size="sm" c="dimmed" component="div">
                      <Moment at={event.at} />
                    </Text>
                  </li>
                ))}
              </ul>
            </Panel>
          ))}
        </Stack>
      )}
      {pageInfo.hasNextPage && (
        <Center mt="lg">
          <Button
            variant="default"
            loading={loading}
            onClick={() => void fetchMore({ variables: { after: pageInfo.endCursor } })}
          >
            Show more
          </Button>
        </Center>
      )}
    </>
  );
}

/** Events under the day on which they happened where the reader is, in their order. */
function byDay(events: readonly Event[]): readonly (readonly [string, readonly Event[]])[] {
  return [...Map.groupBy(events, ({ at }) => formatDay(at))];
}
