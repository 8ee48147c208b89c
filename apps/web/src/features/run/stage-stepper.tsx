'use client';
/** @file The stages of a run: what is done, what is happening, what is to come. */
import { Tooltip } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { isActive, stagesOf } from '@/components/run-state.tsx';
import type { RunLiveFragment } from '@/generated/graphql.ts';
import { formatDuration } from '@/lib/format.ts';
import classes from './run.module.css';

type StepState = 'done' | 'now' | 'stopped' | 'todo';

/** One step per stage, with the seconds each one took. */
export function StageStepper({ run }: { readonly run: RunLiveFragment }) {
  const stages = stagesOf(run.kind);
  const at = stages.findIndex((each) => each.stage === run.stage);
  return (
    <ol className={classes.steps}>
      {stages.map(({ stage, word, does }, index) => {
        const state = stepState(run, index, at);
        const seconds = run.secondsPerStage.find((each) => each.stage === stage)?.seconds;
        return (
          <Tooltip key={stage} label={does}>
            <li
              className={classes.step}
              data-state={state}
              aria-current={state === 'now' ? 'step' : undefined}
            >
              <span className={classes.stepMark} aria-hidden>
                {state === 'done' && <IconCheck size={13} stroke={2.6} />}
                {state === 'stopped' && <IconX size={13} stroke={2.6} />}
              </span>
              <span className={classes.stepWord}>{word}</span>
              <span className={classes.stepSeconds}>
                {seconds === undefined ? STEP_WORDS[state] : formatDuration(seconds)}
              </span>
            </li>
          </Tooltip>
        );
      })}
    </ol>
  );
}

const STEP_WORDS: Record<StepState, string> = {
  done: 'done',
  now: 'now',
  stopped: 'stopped',
  todo: '\u00a0',
};

function stepState(run: RunLiveFragment, index: number, at: number): StepState {
  if (run.state === 'SUCCEEDED' || index < at) return 'done';
  if (index > at) return 'todo';
  return isActive(run.state) ? 'now' : 'stopped';
}
