'use client';
/** @file What the run will take, beside the form, kept current while values change; and the button that starts it. */
import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { BudgetMeter } from '@/components/budget-meter.tsx';
import { Panel } from '@/components/panel.tsx';
import { STAGES } from '@/components/run-state.tsx';
import type { BudgetFiguresFragment, RunEstimateQuery } from '@/generated/graphql.ts';
import { formatAbout, formatBytes, formatCount, formatDuration } from '@/lib/format.ts';
import classes from './recipe.module.css';

interface EstimatePanelProps {
  readonly estimate: RunEstimateQuery['estimateRun'] | null;
  readonly isStale: boolean;
  readonly failure: string | null;
  readonly budget: BudgetFiguresFragment | null;
  readonly problemCount: number;
  readonly isStarting: boolean;
  readonly message: ReactNode;
}

/** Sticky on wide screens; the submit button of the form is in it. */
export function EstimatePanel(props: EstimatePanelProps) {
  const { estimate, isStale, failure, budget, problemCount, isStarting, message } = props;
  return (
    <Panel title="This run">
      <Stack gap="md">
        {failure !== null && <Alert color="amber">{failure}</Alert>}
        {estimate === null ? (
          failure === null && <Skeleton h={150} />
        ) : (
          <div data-stale={isStale || undefined} className={classes.estimate} aria-live="polite">
            <Row label="Identities" value={formatCount(estimate.identities)} />
            <Row label="Images" value={formatCount(estimate.images)} />
            <Row label="Time" value={formatAbout(estimate.seconds)} strong />
            <Row label="Size" value={`about ${formatBytes(estimate.sizeBytes)}`} />
            <StageBar estimate={estimate} />
            <Text size="xs" c="dimmed">
              {estimate.basis}
            </Text>
          </div>
        )}
        {budget !== null && estimate !== null && (
          <div className={classes.afterwards}>
            <BudgetMeter
              label="Budget with this run"
              used={budget.usedIdentities + budget.reservedIdentities}
              reserved={estimate.identities}
              limit={budget.maxIdentities}
              compact
            />
          </div>
        )}
        {message}
        <Button
          type="submit"
          size="md"
          leftSection={<IconPlayerPlay size={17} />}
          loading={isStarting}
          disabled={problemCount > 0}
          fullWidth
        >
          Start run
        </Button>
        {problemCount > 0 && (
          <Text size="sm" ta="center" c="var(--mantine-color-error)">
            {problemCount === 1 ? 'One value needs' : `${String(problemCount)} values need`} your
            attention.
          </Text>
        )}
      </Stack>
    </Panel>
  );
}

function Row({
  label,
  value,
  strong = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly strong?: boolean;
}) {
  return (
    <Group justify="space-between" wrap="nowrap" className="figures">
      <Text c="dimmed">{label}</Text>
      <Text fw={strong ? 620 : 540}>{value}</Text>
    </Group>
  );
}

function StageBar({ estimate }: { readonly estimate: RunEstimateQuery['estimateRun'] }) {
  const stages = STAGES.flatMap(({ stage, word }) => {
    const seconds = estimate.secondsPerStage.find((each) => each.stage === stage)?.seconds ?? 0;
    return seconds > 0 ? [{ stage, word, seconds }] : [];
  });
  if (stages.length === 0) return null;
  return (
    <div>
      <div className={classes.stageBar} aria-hidden>
        {stages.map(({ stage, seconds }) => (
          <span key={stage} data-stage={stage} style={{ flexGrow: seconds }} />
        ))}
      </div>
      <ul className={classes.stageKey}>
        {stages.map(({ stage, word, seconds }) => (
          <li key={stage}>
            <span className={classes.stageSwatch} data-stage={stage} aria-hidden />
            {word} <span className="figures">{formatDuration(seconds)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
