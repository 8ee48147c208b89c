'use client';
/** @file What sampling changed: the random draw against the result, figure by figure, on one scale each. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatRadians, formatShare, type Maybe } from '@/lib/format.ts';
import type { Separation } from '@/lib/metrics.ts';
import classes from './before-after.module.css';
import { Explain, TERMS } from './explain.tsx';

interface BeforeAfterProps {
  readonly before: Separation;
  readonly after: Separation;
  readonly ict: number | null;
}

/** Three rows: smallest θ, mean θ, share above the threshold. */
export function BeforeAfter({ before, after, ict }: BeforeAfterProps) {
  const angles = [before.thetaMin, before.thetaMean, after.thetaMin, after.thetaMean, ict];
  const top = Math.max(Math.PI / 2, ...angles.map((angle) => (angle ?? 0) * 1.08));
  return (
    <div className={classes.root}>
      <div className={classes.key} aria-hidden>
        <span>
          <i data-kind="before" /> random draw
        </span>
        <span>
          <i data-kind="after" /> after sampling
        </span>
        {ict !== null && (
          <span>
            <i data-kind="ict" /> ICT {formatRadians(ict)}
          </span>
        )}
      </div>
      <Row
        label={<Explain text={TERMS.theta}>Smallest θ</Explain>}
        before={before.thetaMin}
        after={after.thetaMin}
        top={top}
        mark={ict}
        format={(value) => `${formatRadians(value)} rad`}
      />
      <Row
        label={<Explain text={TERMS.theta}>Mean θ</Explain>}
        before={before.thetaMean}
        after={after.thetaMean}
        top={top}
        mark={ict}
        format={(value) => `${formatRadians(value)} rad`}
      />
      <Row
        label={<Explain text={TERMS.aboveIct}>Pairs above ICT</Explain>}
        before={before.aboveIct}
        after={after.aboveIct}
        top={1}
        mark={null}
        format={formatShare}
      />
    </div>
  );
}

interface RowProps {
  readonly label: ReactNode;
  readonly before: Maybe;
  readonly after: Maybe;
  readonly top: number;
  readonly mark: number | null;
  readonly format: (value: Maybe) => string;
}

function Row({ label, before, after, top, mark, format }: RowProps) {
  const at = (value: number) => `${String(Math.min(100, Math.max(0, (value / top) * 100)))}%`;
  const hasBoth = typeof before === 'number' && typeof after === 'number';
  return (
    <div className={classes.row}>
      <Text size="sm">{label}</Text>
      <div className={classes.track} aria-hidden>
        {mark !== null && <span className={classes.mark} style={{ left: at(mark) }} />}
        {hasBoth && (
          <>
            <span
              className={classes.link}
              style={{ left: at(Math.min(before, after)), width: at(Math.abs(after - before)) }}
            />
            <span className={classes.before} style={{ left: at(before) }} />
            <span className={classes.after} style={{ left: at(after) }} />
          </>
        )}
      </div>
      <Text size="sm" className={classes.values}>
        <span className="visually-hidden">from </span>
        <span className={classes.from}>{format(before)}</span>
        <span aria-hidden> → </span>
        <span className="visually-hidden"> to </span>
        <strong>{format(after)}</strong>
      </Text>
    </div>
  );
}
