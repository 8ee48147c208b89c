'use client';
/** @file The checks of a release: how each stands, what it found, and what people say about it. */
import { useMutation } from '@apollo/client/react';
import { Alert, Badge, Box, Button, Loader, Progress, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconHistory,
  IconRefresh,
} from '@tabler/icons-react';
import { useState } from 'react';
import { Moment } from '@/components/moment.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  type ReleaseCheckRowFragment,
  type ReleaseCheckState,
  RunReleaseChecksDocument,
} from '@/generated/graphql.ts';
import { formatDuration, formatShare } from '@/lib/format.ts';
import { useChange } from '@/lib/use-change.ts';
import { CheckEvidence } from './check-evidence.tsx';
import { LeaveOut } from './leave-out.tsx';
import { useRelease } from './release-scope.tsx';
import lists from './lists.module.css';
import { Threads } from './threads.tsx';
import { anchorId, CHECK_STATE_WORDS, CHECKS } from './words.ts';

/** One row for each check; those that failed are unfolded. */
export function ChecksPanel({ canRun }: { readonly canRun: boolean }) {
  const { release } = useRelease();
  const { failure, isBusy, run } = useChange();
  const [begin] = useMutation(RunReleaseChecksDocument);
  const isGoing = release.checks.some(({ state }) => state === 'PENDING' || state === 'RUNNING');
  const passed = release.checks.filter(({ state }) => state === 'PASSED').length;
  return (
    <Panel
      title="Checks"
      hint={
        release.checks.length === 0
          ? 'They begin by themselves when a review is requested.'
          : `${String(passed)} of ${String(release.checks.length)} passed`
      }
      padded={false}
      actions={
        canRun ? (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconRefresh size={15} />}
            loading={isBusy}
            disabled={isGoing}
            onClick={() =>
              void run(async () => {
                const variables = { input: { releaseId: release.id } };
                return (await begin({ variables })).data?.runReleaseChecks.userErrors;
              })
            }
          >
            {release.checks.length === 0 ? 'Check now' : 'Check again'}
          </Button>
        ) : undefined
      }
    >
      {failure !== null && (
        <Alert color="clay" role="alert" mx={20} mb={12}>
          {failure}
        </Alert>
      )}
      <ul className={lists.list} aria-label="Checks">
        {release.checks.map((check) => (
          <CheckRow key={check.kind} check={check} />
        ))}
      </ul>
    </Panel>
  );
}

function CheckRow({ check }: { readonly check: ReleaseCheckRowFragment }) {
  const { word, asks } = CHECKS[check.kind];
  const subject = `check:${check.kind}`;
  const [choice, setChoice] = useState<boolean | null>(null);
  const isOpen = choice ?? check.state === 'FAILED';
  const id = anchorId(subject);
  return (
    <li className={lists.check} id={id}>
      <span className={lists.checkMark} data-state={check.state}>
        <CheckMark state={check.state} />
      </span>
      <div className={lists.checkBody}>
        <Text fw={580} component="h3" size="md">
          {word}{' '}
          <Text span size="sm" fw={440} c="dimmed">
            {CHECK_STATE_WORDS[check.state]}
          </Text>{' '}
          {!check.isRequired && (
            <Badge color="gray" size="sm">
              not required
            </Badge>
          )}
        </Text>
        <Text size="sm" c="dimmed">
          {asks}
        </Text>
        {check.sentence !== '' && <Text size="sm">{check.sentence}</Text>}
        {check.state === 'RUNNING' && <HowFar check={check} word={word} />}
        <Took check={check} />
      </div>
      {check.evidence !== null && (
        <Button
          variant="default"
          size="xs"
          aria-expanded={isOpen}
          aria-controls={isOpen ? `${id}-evidence` : undefined}
          aria-label={`${isOpen ? 'Hide the evidence' : 'Evidence'} of the check “${word}”`}
          onClick={() => setChoice(!isOpen)}
        >
          {isOpen ? 'Hide' : 'Evidence'}
        </Button>
      )}
      <div className={lists.checkMore}>
        {isOpen && check.evidence !== null && (
          <Box id={`${id}-evidence`}>
            <CheckEvidence kind={check.kind} evidence={check.evidence} />
            {check.kind === 'BUDGET_AND_ICT' && check.state === 'FAILED' && (
              <LeaveOut evidence={check.evidence} />
            )}
          </Box>
        )}
        <Threads subject={subject} label={`the check “${word}”`} />
      </div>
    </li>
  );
}

function HowFar({
  check: { progress, step },
  word,
}: {
  readonly check: ReleaseCheckRowFragment;
  readonly word: string;
}) {
  return (
    <div className={lists.checkProgress}>
      <Progress value={progress * 100} size={6} aria-label={`Progress of the check “${word}”`} />
      <Text size="xs" c="dimmed" className="figures">
        {formatShare(progress)} done{step === '' ? '' : `: ${step}`}
      </Text>
    </div>
  );
}

function Took({ check: { startedAt, finishedAt } }: { readonly check: ReleaseCheckRowFragment }) {
  if (startedAt === null || finishedAt === null) return null;
  const seconds = (new Date(finishedAt).getTime() - new Date(startedAt).getTime()) / 1000;
  return (
    <Text size="xs" c="dimmed" component="div">
      <Moment at={finishedAt} />, in {formatDuration(seconds)}
    </Text>
  );
}

function CheckMark({ state }: { readonly state: ReleaseCheckState }) {
  switch (state) {
    case 'PASSED':
      return <IconCircleCheck size={20} stroke={1.8} aria-hidden />;
    case 'FAILED':
      return <IconCircleX size={20} stroke={1.8} aria-hidden />;
    case 'ERRORED':
      return <IconAlertTriangle size={20} stroke={1.8} aria-hidden />;
    case 'RUNNING':
      return <Loader size={18} aria-hidden />;
    case 'STALE':
      return <IconHistory size={20} stroke={1.8} aria-hidden />;
    case 'PENDING':
      return <IconClock size={20} stroke={1.8} aria-hidden />;
  }
}
