/** @file A state in a quiet pill: a dot, whose colour says how things stand, and a word. */
import type { ReactNode } from 'react';
import classes from './state-badge.module.css';

/** How things stand. */
export interface Standing {
  readonly tone: 'quiet' | 'good' | 'waiting' | 'judged' | 'bad';
  /** Hollow: not yet, or given up. Beating: at work now. Full where nothing is said. */
  readonly look?: 'hollow' | 'beating';
}

export function StateDot({ standing: { tone, look } }: { readonly standing: Standing }) {
  return <span className={classes.dot} data-tone={tone} data-look={look} aria-hidden />;
}

interface StateBadgeProps {
  readonly standing: Standing;
  readonly children: ReactNode;
}

export function StateBadge({ standing, children }: StateBadgeProps) {
  return (
    <span className={classes.badge}>
      <StateDot standing={standing} />
      {children}
    </span>
  );
}
