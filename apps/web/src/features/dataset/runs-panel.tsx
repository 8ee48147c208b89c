'use client';
/** @file The runs of a dataset, newest first. */
import { useLazyQuery } from '@apollo/client/react';
import { Button, Group, Progress, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { Panel } from '@/components/panel.tsx';
import { Row, RowLink, RowList } from '@/components/row-list.tsx';
import { RunStateBadge, STAGES } from '@/components/run-state.tsx';
import { type DatasetPageQuery, MoreRunsDocument } from '@/generated/graphql.ts';
import { formatCounted, formatDuration, formatTimeLeft } from '@/lib/format.ts';
import { runPath } from '@/lib/routes.ts';
import classes from './dataset.module.css';

type Dataset = NonNullable<NonNullable<DatasetPageQuery['team']>['dataset']>;
type RunNode = Dataset['runs']['edges'][number]['node'];

interface RunsPanelProps {
  readonly team: string;
  readonly dataset: Dataset;
  readonly start: ReactNode;
}

/** The panel on the dataset page. */
export function RunsPanel({ team, dataset, start }: RunsPanelProps) {
  const { edges, pageInfo } = dataset.runs;
  const [more, { loading }] = useLazyQuery(MoreRunsDocument);
  return (
    <Panel title="Runs" padded={edges.length === 0}>
      {edges.length === 0 ? (
        <EmptyState compact icon={<IconPlayerPlay size={20} />} title="No run yet" action={start}>
          A run samples identities, moves them apart, makes variations of each, and measures the
          result.
        </EmptyState>
      ) : (
        <RowList>
          {edges.map(({ node }) => (
            <RunItem key={node.id} team={team} dataset={dataset.slug} run={node} />
          ))}
        </RowList>
      )}
      {pageInfo.hasNextPage && (
        <Group justify="center" pb="md">
          <Button
            variant="subtle"
            size="xs"
            loading={loading}
            onClick={() => void more({ variables: { id: dataset.id, after: pageInfo.endCursor } })}
          >
            Older runs
          </Button>
        </Group>
      )}
    </Panel>
  );
}

interface RunItemProps {
  readonly team: string;
  readonly dataset: string;
  readonly run: RunNode;
}

function RunItem({ team, dataset, run }: RunItemProps) {
  return (
    <Row className={classes.run}>
      <div className={classes.runMain}>
        <RowLink href={runPath(team, dataset, run.number)}>Run {run.number}</RowLink>
        <Text size="sm" truncate>
          {run.message === '' ? (
            <Text span c="dimmed" inherit>
              {formatCounted(run.identityCount, 'identity', 'identities')}
            </Text>
          ) : (
            run.message
          )}
        </Text>
      </div>
      <RunStateBadge state={run.state} />
      <Text size="sm" c="dimmed" className={classes.runWhen} component="div">
        <RunProgressLine run={run} />
      </Text>
    </Row>
  );
}

function RunProgressLine({ run }: { readonly run: RunNode }) {
  if (run.state === 'RUNNING') {
    const word = STAGES.find((each) => each.stage === run.stage)?.word ?? 'Starting';
    return (
      <>
        <Progress
          value={run.progress * 100}
          size={4}
          mb={4}
          aria-label={`Progress of run ${String(run.number)}`}
        />
        {word}, {formatTimeLeft(run.secondsLeft)}
      </>
    );
  }
  if (run.state === 'FAILED')
    return (
      <Text size="sm" lineClamp={2} c="var(--mantine-color-error)">
        {run.failure ?? 'It stopped without saying why.'}
      </Text>
    );
  if (run.startedAt !== null && run.finishedAt !== null) {
    const seconds = (new Date(run.finishedAt).getTime() - new Date(run.startedAt).getTime()) / 1000;
    return (
      <>
        {formatDuration(seconds)} · <Moment at={run.finishedAt} />
      </>
    );
  }
  return <Moment at={run.createdAt} />;
}
