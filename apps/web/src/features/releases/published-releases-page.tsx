'use client';
/** @file Every release that was published for everybody, and the record of those that were retracted. */
import { useQuery } from '@apollo/client/react';
import { Badge, Button, Center, Skeleton, Stack, Text } from '@mantine/core';
import { IconPackageExport } from '@tabler/icons-react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { Row, RowLink, RowList } from '@/components/row-list.tsx';
import { type PublishedRowFragment, PublishedReleasesDocument } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { publishedReleasePath } from '@/lib/routes.ts';
import { ReleaseStateBadge } from './release-state.tsx';
import lists from './lists.module.css';

/** The page at `/releases`. */
export function PublishedReleasesPage() {
  const { data, error, loading, refetch, fetchMore } = useQuery(PublishedReleasesDocument, {
    fetchPolicy: 'cache-and-network',
  });
  const releases = data?.publishedReleases;
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Published releases' }]}
        title="Published releases"
        description="Datasets that teams of this installation have let everybody use: checked, approved, signed."
      />
      {releases === undefined ? (
        error === undefined ? (
          <Stack gap={12} role="status" aria-label="Loading the releases">
            <Skeleton h={76} />
            <Skeleton h={76} />
          </Stack>
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : releases.edges.length === 0 ? (
        <EmptyState icon={<IconPackageExport size={20} />} title="Nothing has been published yet">
          What a team publishes for everybody appears here, with its terms and its downloads.
        </EmptyState>
      ) : (
        <Panel padded={false}>
          <RowList label="Published releases">
            {releases.edges.map(({ node }) => (
              <PublishedRow key={node.id} release={node} />
            ))}
          </RowList>
        </Panel>
      )}
      {releases?.pageInfo.hasNextPage === true && (
        <Center mt="lg">
          <Button
            variant="default"
            loading={loading}
            onClick={() => void fetchMore({ variables: { after: releases.pageInfo.endCursor } })}
          >
            Show more
          </Button>
        </Center>
      )}
    </>
  );
}

function PublishedRow({ release }: { readonly release: PublishedRowFragment }) {
  const { id, title, semanticVersion, state, terms, retraction, publishedAt, notes } = release;
  return (
    <Row className={lists.row}>
      <div className={lists.rowMain}>
        <RowLink href={publishedReleasePath(id)}>
          {title} {semanticVersion}
        </RowLink>
        <Text size="sm" lineClamp={2}>
          {retraction === null ? notes : `Retracted: ${retraction.reason}`}
        </Text>
        {publishedAt !== null && (
          <Text size="sm" c="dimmed" component="div">
            {release.teamName}, <Moment at={publishedAt} /> ·{' '}
            {formatCounted(release.identityCount, 'identity', 'identities')},{' '}
            {formatCounted(release.sampleCount, 'image', 'images')}
          </Text>
        )}
      </div>
      <Badge color="gray">{terms.licence}</Badge>
      {terms.isGated && state === 'PUBLISHED' && <Badge color="amber">Terms to agree to</Badge>}
      <ReleaseStateBadge state={state} />
    </Row>
  );
}
