'use client';
/** @file A term with its explanation on hover, focus or touch. */
import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatDegrees, formatRadians, type Maybe } from '@/lib/format.ts';
import classes from './explain.module.css';

/** The words this product uses that a newcomer does not know. */
export const TERMS = {
  theta:
    'θ (theta) is the angle between two faces as the recogniser sees them. 0 is the same person; above the threshold they count as different people.',
  ict: 'ICT, the inter-class threshold: the least angle at which two identities count as different people.',
  aboveIct: 'Share of all pairs of identities whose angle is above the threshold (ICT).',
  intra:
    'Angle between an identity’s reference and its variations. It should be small: still the same person.',
  inter: 'Angle between two different identities. It should be large: clearly different people.',
  intraBelowInter:
    'Share of identities whose variations are all closer to their own reference than to any other identity.',
  nearest: 'Angle to the closest other identity of this version.',
  nearestInRun: 'Angle to the closest other identity of the run that made it.',
  digest: 'A fingerprint of every byte of this version. Two versions with one digest are the same.',
  eer: 'Equal error rate: where falsely accepting and falsely rejecting a face are equally frequent. Lower is better.',
} as const;

interface ExplainProps {
  readonly text: ReactNode;
  readonly children: ReactNode;
}

/** Children underlined with dots; `text` on demand, reachable by keyboard. */
export function Explain({ text, children }: ExplainProps) {
  return (
    <Tooltip label={text}>
      <span className={classes.term} tabIndex={0}>
        {children}
      </span>
    </Tooltip>
  );
}

interface ThetaProps {
  readonly value: Maybe;
  readonly digits?: number;
  readonly withUnit?: boolean;
}

/** An angle in radians, with its degrees on demand. */
export function Theta({ value, digits = 2, withUnit = false }: ThetaProps) {
  const text = formatRadians(value, digits);
  if (value === null || value === undefined) return <span>{text}</span>;
  return (
    <Tooltip label={`${formatRadians(value, 4)} rad = ${formatDegrees(value)}`}>
      <span className="figures">
        {text}
        {withUnit && <span className={classes.unit}> rad</span>}
      </span>
    </Tooltip>
  );
}
