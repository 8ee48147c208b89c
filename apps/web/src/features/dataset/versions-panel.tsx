'use client';
/** @file The versions of a dataset as a timeline, newest first. */
import { useLazyQuery } from '@apollo/client/react';
import { Button, Group, Text, Tooltip } from '@mantine/core';
import { IconVersions } from '@tabler/icons-react';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { TERMS } from '@/components/explain.tsx';
import { Moment } from '@/components/moment.tsx';
import { Panel } from '@/components/panel.tsx';
import { RowLink } from '@/components/row-list.tsx';
import { MergeDialog } from '@/features/compare/merge-dialog.tsx';
import { VersionTags } from '@/features/version/version-tags.tsx';
import { type DatasetPageQuery, MoreVersionsDocument, type Role } from '@/generated/graphql.ts';
import { formatCounted, formatRadians, formatShare, shortDigest } from '@/lib/format.ts';
import { readMetrics } from '@/lib/metrics.ts';
import { may } from '@/lib/roles.ts';
import { comparePath, versionPath } from '@/lib/routes.ts';
import classes from './dataset.module.css';
import { HistoryLanes } from './history-lanes.tsx';
import { type HistoryRow, layHistory } from './version-lanes.ts';

type Dataset = NonNullable<NonNullable<DatasetPageQuery['team']>['dataset']>;
type VersionNode = Dataset['versions']['edges'][number]['node'];

interface VersionsPanelProps {
  readonly team: string;
  readonly dataset: Dataset;
  readonly role: Role;
}

/** The panel on the dataset page. */
export function VersionsPanel({ team, dataset, role }: VersionsPanelProps) {
  const [isMerging, setMerging] = useState(false);
  const mayChange = may(role, 'makeVersion');
  const { edges, pageInfo, totalCount } = dataset.versions;
  const [more, { loading }] = useLazyQuery(MoreVersionsDocument);
  const history = useMemo(
    () =>
      layHistory(
        edges.map(({ node }) => ({ id: node.id, parentIds: node.parents.map(({ id }) => id) })),
      ),
    [edges],
  );
  return (
    <Panel
      title="Versions"
      hint={
        totalCount > 0
          ? `${formatCounted(totalCount, 'version', 'versions')}; none is ever changed`
          : undefined
      }
      padded={edges.length === 0}
      actions={
        edges[0] !== undefined && edges[1] !== undefined ? (
          <Group gap={6}>
            <Button
              component={Link}
              variant="default"
              size="xs"
              href={comparePath(team, dataset.slug, {
                before: edges[1].node.number,
                after: edges[0].node.number,
              })}
            >
              Compare
            </Button>
            {mayChange && (
              <Button
                variant="default"
                size="xs"
                onClick={() => {
                  setMerging(true);
                }}
              >
                Merge
              </Button>
            )}
          </Group>
        ) : undefined
      }
    >
      {edges.length === 0 ? (
        <EmptyState compact icon={<IconVersions size={20} />} title="No version yet">
          When a run finishes, what it made becomes a version here. Versions never change.
        </EmptyState>
      ) : (
        <ol className={classes.timeline}>
          {edges.map(({ node }, index) => {
            const row = history.rows[index];
            return row === undefined ? null : (
              <VersionItem
                key={node.id}
                team={team}
                dataset={dataset.slug}
                version={node}
                mayChange={mayChange}
                row={row}
                lanes={history.width}
              />
            );
          })}
        </ol>
      )}
      {pageInfo.hasNextPage && (
        <Group justify="center" pb="md">
          <Button
            variant="subtle"
            size="xs"
            loading={loading}
            onClick={() => void more({ variables: { id: dataset.id, after: pageInfo.endCursor } })}
          >
            Older versions
          </Button>
        </Group>
      )}
      {isMerging && (
        <MergeDialog
          team={team}
          dataset={dataset}
          onClose={() => {
            setMerging(false);
          }}
        />
      )}
    </Panel>
  );
}

interface VersionItemProps {
  readonly team: string;
  readonly dataset: string;
  readonly version: VersionNode;
  readonly mayChange: boolean;
  readonly row: HistoryRow;
  /** Lanes of the whole history. */
  readonly lanes: number;
}

function VersionItem({ team, dataset, version, mayChange, row, lanes }: VersionItemProps) {
  const metrics = readMetrics(version.metrics);
  return (
    <li className={classes.version}>
      <HistoryLanes row={row} width={lanes} origin={version.origin} />
      <div className={classes.versionBody}>
        <Group gap="xs" wrap="wrap" className="figures">
          <RowLink href={versionPath(team, dataset, version.number)}>
            Version {version.number}
          </RowLink>
          <Tooltip label={`${TERMS.digest} ${version.digest}`}>
            <code className={classes.digest} tabIndex={0}>
              {shortDigest(version.digest)}
            </code>
          </Tooltip>
        </Group>
        {version.message !== '' && <Text size="sm">{version.message}</Text>}
        <Text size="sm" c="dimmed">
          {version.author === null ? '' : `${version.author.name} · `}
          <Moment at={version.createdAt} />
          {version.parents.length > 0 &&
            ` · from ${version.parents.map(({ number }) => `version ${String(number)}`).join(' and ')}`}
        </Text>
        <VersionTags version={version} mayChange={mayChange} />
      </div>
      <dl className={classes.versionFigures}>
        <div>
          <dt>Identities</dt>
          <dd>{version.identityCount.toLocaleString('en-GB')}</dd>
        </div>
        <div>
          <dt>Images</dt>
          <dd>{version.sampleCount.toLocaleString('en-GB')}</dd>
        </div>
        <div>
          <dt>θ min</dt>
          <dd>{formatRadians(metrics.thetaMin)}</dd>
        </div>
        <div>
          <dt>Above ICT</dt>
          <dd>{formatShare(metrics.aboveIct)}</dd>
        </div>
      </dl>
    </li>
  );
}
