'use client';
/** @file What differs from the release before: members, faces, metric by metric. */
import { useQuery } from '@apollo/client/react';
import { Skeleton, Table, Text } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import Link from 'next/link';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState } from '@/components/error-state.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Panel } from '@/components/panel.tsx';
import { ReleaseDifferenceDocument, type ReleaseDifferenceQuery } from '@/generated/graphql.ts';
import { formatCount, formatCounted } from '@/lib/format.ts';
import { releasePath } from '@/lib/routes.ts';
import { metricRows, type MetricRow } from './metric-changes.ts';
import { useRelease } from './release-scope.tsx';
import faces from './faces.module.css';
import classes from './releases.module.css';

type Node = NonNullable<ReleaseDifferenceQuery['node']>;
type Difference = Extract<Node, { comparedWith: unknown }>['comparedWith'];

/** The panel; it says so where there is nothing to compare with. */
export function ComparisonPanel() {
  const { release, team, dataset } = useRelease();
  const { previousRelease: previous, version } = release;
  if (previous === null || previous.version === null || version === null)
    return (
      <Panel title="Against the release before">
        <EmptyState
          compact
          icon={<IconArrowsDiff size={20} />}
          title={release.publishedAt === null ? 'It would be the first' : 'It is the first'}
        >
          This dataset has published nothing before it.
        </EmptyState>
      </Panel>
    );
  return (
    <Panel
      title="Against the release before"
      hint={
        <Link href={releasePath(team, dataset, previous.number)} className={classes.link}>
          Release {previous.semanticVersion}, of version {previous.versionNumber}
        </Link>
      }
    >
      {previous.version.id === version.id ? (
        <Text>
          Both are of version {release.versionNumber}: the images are the same, only the words
          differ.
        </Text>
      ) : (
        <DifferenceOf versionId={version.id} before={previous.version.id} />
      )}
    </Panel>
  );
}

function DifferenceOf({
  versionId,
  before,
}: {
  readonly versionId: string;
  readonly before: string;
}) {
  const { data, error, refetch } = useQuery(ReleaseDifferenceDocument, {
    variables: { id: versionId, before },
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={200} role="status" aria-label="Comparing" />;
  }
  const node = data.node;
  if (node === null || !('comparedWith' in node)) return null;
  const difference = node.comparedWith;
  const { main, others } = metricRows(difference.metrics);
  return (
    <>
      <Members difference={difference} />
      <Faces title="Identities that only this one has" of={difference.addedIdentities} />
      <Faces title="Identities that only the one before has" of={difference.removedIdentities} />
      <Metrics rows={main} label="Metrics of both releases" />
      {others.length > 0 && (
        <details className={faces.more}>
          <summary>{formatCounted(others.length, 'other figure', 'other figures')} differ</summary>
          <Metrics rows={others} label="Other figures of both releases" />
        </details>
      )}
    </>
  );
}

function Members({ difference }: { readonly difference: Difference }) {
  const rows = [
    ['Identities', difference.identities],
    ['Images', difference.samples],
  ] as const;
  return (
    <div className={faces.members}>
      {rows.map(([label, { kept, added, removed }]) => (
        <div key={label}>
          <Text size="sm" className="figures">
            {label}: {formatCount(kept)} kept, <strong>{formatCount(added)} new</strong>,{' '}
            {formatCount(removed)} gone
          </Text>
          <span className={faces.membersBar} aria-hidden>
            <i data-kind="removed" style={{ flexGrow: removed }} />
            <i data-kind="kept" style={{ flexGrow: kept }} />
            <i data-kind="added" style={{ flexGrow: added }} />
          </span>
        </div>
      ))}
    </div>
  );
}

function Faces({
  title,
  of: identities,
}: {
  readonly title: string;
  readonly of: Difference['addedIdentities'];
}) {
  if (identities.length === 0) return null;
  return (
    <section className={faces.faces}>
      <Text size="sm" c="dimmed">
        {title}
      </Text>
      <div>
        {identities.map(({ id, name, reference }) => (
          <FaceImage key={id} src={reference.imageUrl} alt={`Reference of ${name}`} />
        ))}
      </div>
    </section>
  );
}

function Metrics({ rows, label }: { readonly rows: readonly MetricRow[]; readonly label: string }) {
  if (rows.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table className="figures" aria-label={label} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Metric</Table.Th>
            <Table.Th scope="col" ta="right">
              Before
            </Table.Th>
            <Table.Th scope="col" ta="right">
              Now
            </Table.Th>
            <Table.Th scope="col" ta="right">
              Change
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Th scope="row" fw={440}>
                {row.name}
              </Table.Th>
              <Table.Td ta="right">{row.before}</Table.Td>
              <Table.Td ta="right">{row.after}</Table.Td>
              <Table.Td ta="right" c={row.isBetter === false ? 'var(--mantine-color-error)' : ''}>
                {row.change ?? '–'}
                {row.isBetter !== null && (
                  <span className="visually-hidden">
                    , {row.isBetter ? 'for the better' : 'for the worse'}
                  </span>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
