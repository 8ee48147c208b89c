'use client';
/** @file How a run stands: progress while it goes on, the result, the failure, or that it was cancelled. */
import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowRight,
  IconClockPause,
  IconGitBranch,
  IconPlayerPause,
  IconPlugConnectedX,
  IconRefresh,
} from '@tabler/icons-react';
import Link from 'next/link';
import { BeforeAfter } from '@/components/before-after.tsx';
import { Explain, TERMS } from '@/components/explain.tsx';
import { Panel } from '@/components/panel.tsx';
import { isActive } from '@/components/run-state.tsx';
import type { RunLiveFragment } from '@/generated/graphql.ts';
import type { LiveState } from '@/lib/connection-context.tsx';
import { formatCounted, formatDuration, formatShare, formatTimeLeft } from '@/lib/format.ts';
import { newRunPath, runPath, versionPath } from '@/lib/routes.ts';
import { useNow } from '@/lib/use-now.ts';
import classes from './run.module.css';
import { StageStepper } from './stage-stepper.tsx';

interface RunOutcomeProps {
  readonly team: string;
  readonly dataset: string;
  readonly run: RunLiveFragment;
  readonly live: LiveState;
  readonly ict: number | null;
  /** Whether a branch can begin with what it kept. */
  readonly canBranch: boolean;
}

/** Stages, progress, and what came of it. */
export function RunOutcome({ team, dataset, run, live, ict, canBranch }: RunOutcomeProps) {
  const version = run.versions[0];
  return (
    <Stack gap={20}>
      {run.state === 'FAILED' && (
        <Alert
          color="clay"
          icon={<IconAlertTriangle size={20} />}
          title="This run failed"
          role="alert"
        >
          <Stack gap="sm" align="flex-start">
            <Text>{run.failure ?? 'It stopped without saying why; the log below may tell.'}</Text>
            <PartialWork run={run} canBranch={canBranch} />
            <Text size="sm" c="dimmed">
              What it reserved went back to the budget. Versions made before are untouched.
            </Text>
            {run.kind === 'SAMPLING' && (
              <Button
                component={Link}
                href={newRunPath(team, dataset)}
                variant="default"
                size="xs"
                leftSection={<IconRefresh size={15} />}
              >
                Start another run
              </Button>
            )}
          </Stack>
        </Alert>
      )}
      {run.state === 'CANCELLED' && (
        <Alert color="gray" title="This run was cancelled">
          <PartialWork run={run} canBranch={canBranch} />
          It made no version, and what it reserved went back to the budget.
        </Alert>
      )}
      {run.state === 'PAUSED' && (
        <Alert color="amber" icon={<IconPlayerPause size={20} />} title="Paused">
          <PartialWork run={run} canBranch={canBranch} />
          Resume it and it goes on from where it stopped, with the same result as if it had not been
          paused. What it reserved stays reserved.
        </Alert>
      )}
      {run.state === 'RUNNING' && run.pauseRequestedAt !== null && (
        <Alert color="amber" icon={<IconPlayerPause size={20} />} title="About to pause">
          It stops after the iteration or shard at hand, which is kept.
        </Alert>
      )}
      {run.branchedFrom !== null && (
        <Alert color="gray" icon={<IconGitBranch size={20} />} title="A branch">
          Its references go on from iteration {run.branchedFrom.iteration}
          {run.branchedFrom.run !== null && (
            <>
              {' of '}
              <Link
                href={runPath(team, dataset, run.branchedFrom.run.number)}
                className={classes.link}
              >
                run {run.branchedFrom.run.number}
              </Link>
            </>
          )}
          , with the parameters of the recipe below.
        </Alert>
      )}
      {run.state === 'QUEUED' && (
        <Alert
          color="amber"
          icon={<IconClockPause size={20} />}
          title={
            run.precision === 'float32' ? 'Waiting for a worker' : 'Waiting for a worker with a GPU'
          }
        >
          {run.precision === 'float32'
            ? 'It starts as soon as a worker is free.'
            : 'It computes in float16, which a CPU cannot do, and starts as soon as a worker with a GPU is free.'}{' '}
          If none is running, start one with <code>colloid worker</code>.
        </Alert>
      )}
      <section className={classes.progress}>
        <StageStepper run={run} />
        {isActive(run.state) && (
          <div>
            <Progress
              value={run.progress * 100}
              size={8}
              animated={run.state === 'RUNNING'}
              aria-label="Progress of the run"
            />
            <Group justify="space-between" mt={8} className="figures" gap="xs">
              <Text fw={580}>
                {Math.floor(run.progress * 100)} %
                <Text span c="dimmed" fw={440}>
                  {progressWords(run)}
                </Text>
              </Text>
              <Group gap="sm">
                <LiveMark live={live} />
                {run.startedAt !== null && <Elapsed since={run.startedAt} />}
              </Group>
            </Group>
          </div>
        )}
      </section>
      {run.kind === 'IMPORT' && version !== undefined && (
        <Group>
          <Button
            component={Link}
            href={versionPath(team, dataset, version.number)}
            rightSection={<IconArrowRight size={16} />}
          >
            Open version {version.number}
          </Button>
          <Text size="sm" c="dimmed">
            {formatCounted(version.identityCount, 'identity', 'identities')} with{' '}
            {formatCounted(version.sampleCount, 'image', 'images')}.
          </Text>
        </Group>
      )}
      {run.summary !== null && (
        <Panel
          title="What sampling changed"
          hint="The identities as they were drawn at random, against how they ended."
          actions={
            version === undefined ? undefined : (
              <Button
                component={Link}
                href={versionPath(team, dataset, version.number)}
                rightSection={<IconArrowRight size={16} />}
              >
                Open version {version.number}
              </Button>
            )
          }
        >
          <BeforeAfter before={run.summary.before} after={run.summary.after} ict={ict} />
          <Text size="sm" mt={18} c="dimmed">
            {version !== undefined &&
              `${formatCounted(version.identityCount, 'identity', 'identities')} with ${formatCounted(version.sampleCount, 'image', 'images')}. `}
            {run.summary.intraBelowInter !== null && (
              <>
                <Text span c="var(--mantine-color-text)" fw={580} inherit>
                  {formatShare(run.summary.intraBelowInter)}
                </Text>{' '}
                of them{' '}
                <Explain text={TERMS.intraBelowInter}>
                  stay closer to themselves than to anyone else
                </Explain>
                .
              </>
            )}
          </Text>
        </Panel>
      )}
    </Stack>
  );
}

/** What there is of a run that has made no version. */
function PartialWork({ run, canBranch }: Pick<RunOutcomeProps, 'run' | 'canBranch'>) {
  if (run.partial === null) return null;
  const kept = formatCounted(run.partial.identities, 'identity is', 'identities are');
  return (
    <Text size="sm">
      {canBranch
        ? `${kept} kept as of iteration ${String(run.partial.iteration)}: the faces and figures below show them, and a branch can begin with them.`
        : `${kept} kept: the faces and figures below show them.`}
    </Text>
  );
}

function progressWords({ state, secondsLeft, startedAt }: RunLiveFragment): string {
  if (state === 'RUNNING') return ` · ${formatTimeLeft(secondsLeft)}`;
  return startedAt === null ? ' · not started' : ' · waiting';
}

function LiveMark({ live }: { readonly live: LiveState }) {
  if (live === 'idle') return null;
  if (live === 'live')
    return (
      <span className={classes.live}>
        <i aria-hidden /> Live
      </span>
    );
  return (
    <Text size="sm" c="var(--mantine-color-error)" role="status">
      <IconPlugConnectedX size={15} style={{ verticalAlign: '-2px' }} aria-hidden /> Connection
      lost, reconnecting…
    </Text>
  );
}

function Elapsed({ since }: { readonly since: string }) {
  const now = useNow(1000);
  const seconds = Math.max(0, (now.getTime() - new Date(since).getTime()) / 1000);
  return (
    <Text size="sm" c="dimmed">
      {formatDuration(Math.floor(seconds))} so far
    </Text>
  );
}
