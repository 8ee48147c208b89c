'use client';
/** @file Where something came from and what came of it: drawn, as a list, and with the terms upstream. */
import { useQuery } from '@apollo/client/react';
import {
  Alert,
  Button,
  Group,
  NativeSelect,
  SegmentedControl,
  Skeleton,
  Stack,
} from '@mantine/core';
import { IconBinaryTree } from '@tabler/icons-react';
import Link from 'next/link';
import { useState } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { type LineageDirection, LineagePageDocument } from '@/generated/graphql.ts';
import { formatCount, formatCounted } from '@/lib/format.ts';
import { teamPath } from '@/lib/routes.ts';
import { DownloadEvents } from './download-events.tsx';
import { lookOf } from './kinds.ts';
import { LineageGraph } from './lineage-graph.tsx';
import { LineageLicences } from './lineage-licences.tsx';
import { LineageList } from './lineage-list.tsx';

const DIRECTIONS: readonly { readonly value: LineageDirection; readonly label: string }[] = [
  { value: 'BOTH', label: 'Both' },
  { value: 'UPSTREAM', label: 'What made it' },
  { value: 'DOWNSTREAM', label: 'What came of it' },
];
const DEPTHS = [1, 2, 3, 4, 6, 8, 12, 16];
const DEFAULT_DEPTH = 4;
/** More would take the layout seconds, and nobody could follow the arrows. */
const MOST_DRAWN = 150;

interface LineagePageProps {
  readonly team: string;
  /** Global id of where it starts. */
  readonly id: string;
}

/** The page at `/t/<team>/lineage/<id>`. */
export function LineagePage({ team: slug, id }: LineagePageProps) {
  const [direction, setDirection] = useState<LineageDirection>('BOTH');
  const [depth, setDepth] = useState(DEFAULT_DEPTH);
  const [wanted, setWanted] = useState<'graph' | 'list'>('graph');
  const { data, previousData, error, refetch } = useQuery(LineagePageDocument, {
    variables: { team: slug, id, direction, depth },
    fetchPolicy: 'cache-and-network',
  });
  // Of another direction or depth: what was there stays until the answer comes, and gives way to a failure.
  const shown = data ?? (error === undefined ? previousData : undefined);
  if (shown === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <LineageSkeleton />;
  }
  const { team, lineage: graph } = shown;
  const start = graph?.nodes[0];
  if (team === null || graph === null)
    return <NotFoundState what="lineage" backHref={teamPath(slug)} backLabel="All datasets" />;
  if (start === undefined) {
    return (
      <EmptyState
        icon={<IconBinaryTree size={22} />}
        title="Nothing has been made yet"
        action={
          <Button component={Link} href={teamPath(slug)} variant="default">
            All datasets
          </Button>
        }
      >
        When a run of this dataset begins, what it is made from is drawn here.
      </EmptyState>
    );
  }
  const starts = graph.nodes.filter((node) => node.depth === 0).length;
  const look = lookOf(slug, start.entity);
  const isTooMuch = graph.nodes.length > MOST_DRAWN;
  const view = isTooMuch ? 'list' : wanted;
  const [one, many] = start.entity.__typename === 'Run' ? ['run', 'runs'] : ['version', 'versions'];
  const name = starts > 1 ? formatCounted(starts, one, many) : start.label;
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(slug) },
          ...(look.href === null || starts > 1 ? [] : [{ label: start.label, href: look.href }]),
          { label: 'Lineage' },
        ]}
        title={`Lineage of ${name}`}
        description="What was used to make it, and what was made of it, as far as you may see it."
        actions={<DownloadEvents id={id} direction={direction} depth={depth} />}
      />
      <Stack gap={20}>
        <Group gap="md" align="flex-end">
          <SegmentedControl
            aria-label="Direction"
            data={[...DIRECTIONS]}
            value={direction}
            onChange={(value) => {
              setDirection(value);
            }}
          />
          <NativeSelect
            label="Steps"
            value={String(depth)}
            data={DEPTHS.map(String)}
            onChange={(event) => {
              setDepth(Number(event.currentTarget.value));
            }}
          />
          <SegmentedControl
            aria-label="Shown as"
            data={[
              { value: 'graph', label: 'Drawing' },
              { value: 'list', label: 'List' },
            ]}
            value={view}
            onChange={(value) => {
              setWanted(value === 'list' ? 'list' : 'graph');
            }}
          />
        </Group>
        {isTooMuch && wanted === 'graph' && (
          <Alert
            color="gray"
            title={`A drawing of ${formatCount(graph.nodes.length)} things would not be readable`}
          >
            They are listed below; with fewer steps, in one direction, or from nearer by they are
            drawn.
          </Alert>
        )}
        {graph.isTruncated && (
          <Alert color="amber" title="There is more than one page holds">
            The newest {formatCounted(graph.nodes.length, 'thing', 'things')} are shown; ask for
            fewer steps or one direction, or start nearer to what you look for.
          </Alert>
        )}
        <Panel
          title={view === 'graph' ? 'Drawn' : 'Listed'}
          hint={`${formatCounted(graph.nodes.length, 'thing', 'things')}, ${formatCounted(graph.edges.length, 'relation', 'relations')}`}
          padded={view === 'list'}
        >
          {view === 'graph' ? (
            <LineageGraph team={slug} graph={graph} />
          ) : (
            <LineageList team={slug} graph={graph} />
          )}
        </Panel>
        <LineageLicences team={slug} licences={graph.licences} />
      </Stack>
    </>
  );
}

function LineageSkeleton() {
  return (
    <div role="status" aria-label="Loading the lineage">
      <Skeleton h={16} w={200} mb={12} />
      <Skeleton h={30} w={320} maw="100%" mb={28} />
      <Stack gap={20}>
        <Skeleton h={36} w={420} maw="100%" />
        <Skeleton h={380} />
        <Skeleton h={120} />
      </Stack>
    </div>
  );
}
