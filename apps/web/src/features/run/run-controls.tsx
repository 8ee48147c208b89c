'use client';
/** @file What can be done with a run: pause, resume, branch, cancel. */
import { useMutation } from '@apollo/client/react';
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconGitBranch, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { isActive } from '@/components/run-state.tsx';
import { PauseRunDocument, ResumeRunDocument, type RunLiveFragment } from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { BranchDialog } from './branch-dialog.tsx';
import { CancelRun } from './cancel-run.tsx';

interface RunControlsProps {
  readonly team: string;
  readonly dataset: string;
  readonly run: RunLiveFragment;
  /** Whether its algorithm can go on from what it kept. */
  readonly canBranch: boolean;
}

/** The buttons that make sense in the state of the run. */
export function RunControls({ team, dataset, run, canBranch }: RunControlsProps) {
  const [isBranching, dialog] = useDisclosure(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [pauseRun, pausing] = useMutation(PauseRunDocument);
  const [resumeRun, resuming] = useMutation(ResumeRunDocument);
  const isPausing = run.state === 'RUNNING' && run.pauseRequestedAt !== null;
  const canPause = (run.state === 'RUNNING' || run.state === 'QUEUED') && !isPausing;
  const canResume = run.state === 'PAUSED' || isPausing;
  const act = async (mutate: () => Promise<readonly { readonly message: string }[]>) => {
    setFailure(null);
    try {
      const errors = await mutate();
      if (errors.length > 0) setFailure(errors.map(({ message }) => message).join(' '));
    } catch (error) {
      setFailure(describeError(error).message);
    }
  };
  const variables = { input: { runId: run.id } };
  const pause = async () => (await pauseRun({ variables })).data?.pauseRun.userErrors ?? [];
  const resume = async () => (await resumeRun({ variables })).data?.resumeRun.userErrors ?? [];
  return (
    <>
      {canPause && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} />}
          loading={pausing.loading}
          onClick={() => void act(pause)}
        >
          Pause
        </Button>
      )}
      {canResume && (
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          loading={resuming.loading}
          onClick={() => void act(resume)}
        >
          Resume
        </Button>
      )}
      {canBranch && run.checkpoints.length > 0 && (
        <Button variant="default" leftSection={<IconGitBranch size={16} />} onClick={dialog.open}>
          Branch
        </Button>
      )}
      {isActive(run.state) && <CancelRun runId={run.id} />}
      {failure !== null && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" w="100%">
          {failure}
        </Text>
      )}
      {isBranching && (
        <BranchDialog team={team} dataset={dataset} runId={run.id} onClose={dialog.close} />
      )}
    </>
  );
}
