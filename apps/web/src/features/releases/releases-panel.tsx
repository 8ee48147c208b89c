'use client';
/** @file The releases of a dataset, or of one of its versions, and the way to propose another. */
import { useQuery } from '@apollo/client/react';
import { Button, Group, Skeleton, Text } from '@mantine/core';
import { IconPackageExport } from '@tabler/icons-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { Panel } from '@/components/panel.tsx';
import { Row, RowLink, RowList } from '@/components/row-list.tsx';
import {
  DatasetReleasesDocument,
  type ReleaseRowFragment,
  VersionReleasesDocument,
} from '@/generated/graphql.ts';
import { may } from '@/lib/roles.ts';
import { newReleasePath, releasePath } from '@/lib/routes.ts';
import { ReleaseStateBadge } from './release-state.tsx';
import lists from './lists.module.css';

interface PanelProps {
  readonly team: string;
  readonly dataset: string;
}

/** The panel on the dataset's page. */
export function DatasetReleasesPanel({ team, dataset }: PanelProps) {
  const { data, error, loading, refetch, fetchMore } = useQuery(DatasetReleasesDocument, {
    variables: { team, dataset },
    fetchPolicy: 'cache-and-network',
  });
  const found = data?.team?.dataset ?? null;
  if (data === undefined || data.team === null || found === null)
    return <Missing error={error} isLoading={data === undefined} onRetry={() => void refetch()} />;
  const { edges, pageInfo, totalCount } = found.releases;
  const canPropose = may(data.team.viewerRole, 'proposeRelease') && found.latestVersion !== null;
  return (
    <Panel
      title="Releases"
      hint={totalCount > 0 ? 'What was proposed for others to use' : undefined}
      padded={edges.length === 0}
      actions={
        canPropose && edges.length > 0 ? <Propose team={team} dataset={dataset} /> : undefined
      }
    >
      {edges.length === 0 ? (
        <Nothing action={canPropose ? <Propose team={team} dataset={dataset} /> : undefined}>
          A release is a version that was checked, approved by others and published with its terms.
        </Nothing>
      ) : (
        <Rows team={team} dataset={dataset} releases={edges.map(({ node }) => node)} />
      )}
      {pageInfo.hasNextPage && (
        <Group justify="center" pb="md">
          <Button
            variant="subtle"
            size="xs"
            loading={loading}
            onClick={() => void fetchMore({ variables: { after: pageInfo.endCursor } })}
          >
            Older releases
          </Button>
        </Group>
      )}
    </Panel>
  );
}

/** The panel on a version's page. */
export function VersionReleasesPanel({
  team,
  dataset,
  number,
}: PanelProps & { readonly number: number }) {
  const { data, error, refetch } = useQuery(VersionReleasesDocument, {
    variables: { team, dataset, number },
    fetchPolicy: 'cache-and-network',
  });
  const version = data?.team?.dataset?.version ?? null;
  if (data === undefined || data.team === null || version === null)
    return <Missing error={error} isLoading={data === undefined} onRetry={() => void refetch()} />;
  const propose = may(data.team.viewerRole, 'proposeRelease') ? (
    <Propose team={team} dataset={dataset} version={number} />
  ) : undefined;
  return (
    <Panel title="Releases" padded={version.releases.length === 0} actions={propose}>
      {version.releases.length === 0 ? (
        <Text c="dimmed">This version has not been proposed for a release.</Text>
      ) : (
        <Rows team={team} dataset={dataset} releases={version.releases} />
      )}
    </Panel>
  );
}

function Propose({ team, dataset, version }: PanelProps & { readonly version?: number }) {
  return (
    <Button component={Link} size="xs" href={newReleasePath(team, dataset, version)}>
      Propose release
    </Button>
  );
}

interface RowsProps extends PanelProps {
  readonly releases: readonly ReleaseRowFragment[];
}

function Rows({ team, dataset, releases }: RowsProps) {
  return (
    <RowList label="Releases">
      {releases.map((release) => (
        <Row key={release.id} className={lists.row}>
          <div className={lists.rowMain}>
            <RowLink href={releasePath(team, dataset, release.number)}>
              {release.title} {release.semanticVersion}
            </RowLink>
            <Text size="sm" c="dimmed" component="div">
              Version {release.versionNumber} · {release.author?.name ?? 'Somebody who left'} ·{' '}
              <Moment at={release.publishedAt ?? release.createdAt} />
            </Text>
          </div>
          {release.publishedAt === null && release.state !== 'WITHDRAWN' && (
            <Text size="sm" c="dimmed" className="figures">
              {release.approvalsGiven} of {release.approvalsNeeded} approvals
            </Text>
          )}
          <ReleaseStateBadge state={release.state} />
        </Row>
      ))}
    </RowList>
  );
}

function Nothing({
  action,
  children,
}: {
  readonly action: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <EmptyState
      compact
      icon={<IconPackageExport size={20} />}
      title="No release yet"
      action={action}
    >
      {children}
    </EmptyState>
  );
}

interface MissingProps {
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly onRetry: () => void;
}

function Missing({ error, isLoading, onRetry }: MissingProps) {
  if (error !== undefined) return <ErrorState error={error} onRetry={onRetry} />;
  return isLoading ? <Skeleton h={120} role="status" aria-label="Loading the releases" /> : null;
}
