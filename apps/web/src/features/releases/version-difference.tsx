'use client';
/** @file What differs between two versions, for reviewers: members, faces, metric by metric. */
import { useQuery } from '@apollo/client/react';
import { Skeleton, Table, Text } from '@mantine/core';
import { ErrorState } from '@/components/error-state.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { ReleaseDifferenceDocument, type ReleaseDifferenceQuery } from '@/generated/graphql.ts';
import { formatCount, formatCounted } from '@/lib/format.ts';
import { longName } from '@/lib/identity-place.ts';
import { metricRows, type MetricRow } from './metric-changes.ts';
import faces from './faces.module.css';

type Node = NonNullable<ReleaseDifferenceQuery['node']>;
type Difference = Extract<Node, { comparedWith: unknown }>['comparedWith'];

interface VersionDifferenceProps {
  readonly versionId: string;
  /** The version to compare it with. */
  readonly before: string;
}

/** Identities and images that came and went, with faces, and metric by metric. */
export function VersionDifference({ versionId, before }: VersionDifferenceProps) {
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
  const { addedIdentities, removedIdentities } = difference;
  const runs = [...addedIdentities, ...removedIdentities].map(({ runNumber }) => runNumber);
  const hasSeveralRuns = new Set(runs).size > 1;
  const { main, others } = metricRows(difference.metrics);
  return (
    <>
      <Members difference={difference} />
      <Faces
        title="Identities that only this one has"
        of={addedIdentities}
        hasSeveralRuns={hasSeveralRuns}
      />
      <Faces
        title="Identities that only the one before has"
        of={removedIdentities}
        hasSeveralRuns={hasSeveralRuns}
      />
      <Metrics rows={main} label="Metrics of both versions" />
      {others.length > 0 && (
        <details className={faces.more}>
          <summary>{formatCounted(others.length, 'other figure', 'other figures')} differ</summary>
          <Metrics rows={others} label="Other figures of both versions" />
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
  hasSeveralRuns,
}: {
  readonly title: string;
  readonly of: Difference['addedIdentities'];
  readonly hasSeveralRuns: boolean;
}) {
  if (identities.length === 0) return null;
  return (
    <section className={faces.faces}>
      <Text size="sm" c="dimmed">
        {title}
      </Text>
      <div>
        {identities.map((identity) => (
          <FaceImage
            key={identity.id}
            src={identity.reference.imageUrl}
            alt={`Reference of ${longName(identity, hasSeveralRuns)}`}
          />
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
