/** @file How the state of a release is shown everywhere, and the way from draft to publication. */
import { IconCheck, IconX } from '@tabler/icons-react';
import { StateBadge, type Standing } from '@/components/state-badge.tsx';
import type { ReleaseState } from '@/generated/graphql.ts';
import classes from './releases.module.css';
import { STATE_WORDS } from './words.ts';

const STANDINGS: Readonly<Record<ReleaseState, Standing>> = {
  DRAFT: { tone: 'quiet', look: 'hollow' },
  IN_REVIEW: { tone: 'judged' },
  CHANGES_REQUESTED: { tone: 'waiting' },
  APPROVED: { tone: 'good', look: 'hollow' },
  PUBLISHED: { tone: 'good' },
  RETRACTED: { tone: 'bad' },
  WITHDRAWN: { tone: 'quiet', look: 'hollow' },
};

/** Dot and word. */
export function ReleaseStateBadge({ state }: { readonly state: ReleaseState }) {
  return <StateBadge standing={STANDINGS[state]}>{STATE_WORDS[state]}</StateBadge>;
}

const STEPS = ['Draft', 'Review', 'Approved', 'Published'] as const;

/** How many steps are behind, and whether the way ends where it stands. */
const PLACE: Record<ReleaseState, { readonly at: number; readonly isStopped?: boolean }> = {
  DRAFT: { at: 0 },
  IN_REVIEW: { at: 1 },
  CHANGES_REQUESTED: { at: 1 },
  APPROVED: { at: 2 },
  PUBLISHED: { at: 4 },
  RETRACTED: { at: 3, isStopped: true },
  WITHDRAWN: { at: 0, isStopped: true },
};

/** The four steps: what is done, where it stands, what is to come. */
export function ReleaseSteps({ state }: { readonly state: ReleaseState }) {
  const { at, isStopped = false } = PLACE[state];
  return (
    <ol className={classes.steps} aria-label="The way of a release">
      {STEPS.map((word, index) => {
        const is = index < at ? 'done' : index > at ? 'todo' : isStopped ? 'stopped' : 'now';
        return (
          <li
            key={word}
            className={classes.step}
            data-state={is}
            aria-current={is === 'now' || is === 'stopped' ? 'step' : undefined}
          >
            <span className={classes.stepMark} aria-hidden>
              {is === 'done' && <IconCheck size={13} stroke={2.6} />}
              {is === 'stopped' && <IconX size={13} stroke={2.6} />}
            </span>
            <span className={classes.stepWord}>
              {is === 'stopped' || (is === 'now' && state === 'CHANGES_REQUESTED')
                ? STATE_WORDS[state]
                : word}
              {is === 'done' && <span className="visually-hidden">: done</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
