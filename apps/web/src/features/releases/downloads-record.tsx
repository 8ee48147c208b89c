'use client';
/** @file Who downloaded what of a release, for those who answer for the team. */
import { useQuery } from '@apollo/client/react';
import { Button, Group, Skeleton, Text } from '@mantine/core';
import { ErrorState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { Panel } from '@/components/panel.tsx';
import { ReleaseDownloadsDocument } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import lists from './lists.module.css';

/** Newest first; one row for each person, file and day. */
export function DownloadsRecord({ releaseId }: { readonly releaseId: string }) {
  const { data, error, loading, refetch, fetchMore } = useQuery(ReleaseDownloadsDocument, {
    variables: { id: releaseId },
    fetchPolicy: 'cache-and-network',
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={120} role="status" aria-label="Loading the downloads" />;
  }
  const { node } = data;
  if (node === null || !('downloads' in node)) return null;
  const { edges, pageInfo, totalCount } = node.downloads;
  return (
    <Panel title="Downloads" hint={formatCounted(totalCount, 'download', 'downloads')}>
      {edges.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nobody has downloaded it yet.
        </Text>
      ) : (
        <ul className={lists.downloads} aria-label="Downloads">
          {edges.map(({ cursor, node: { name, personId, at, file } }) => (
            <li key={cursor}>
              <Text size="sm">
                {name ?? `An account that is gone (${personId.slice(0, 8)})`} <code>{file}</code>
              </Text>
              <Text size="sm" c="dimmed" component="div">
                <Moment at={at} />
              </Text>
            </li>
          ))}
        </ul>
      )}
      {pageInfo.hasNextPage && (
        <Group justify="center" mt="sm">
          <Button
            variant="subtle"
            size="xs"
            loading={loading}
            onClick={() => void fetchMore({ variables: { after: pageInfo.endCursor } })}
          >
            Older downloads
          </Button>
        </Group>
      )}
    </Panel>
  );
}
