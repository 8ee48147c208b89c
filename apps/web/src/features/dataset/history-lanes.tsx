/** @file The lanes beside one version: lines to the versions it was made from and to those made from it. */
import { Tooltip } from '@mantine/core';
import type { VersionOrigin } from '@/generated/graphql.ts';
import classes from './dataset.module.css';
import { ORIGINS } from './origins.ts';
import type { HistoryRow } from './version-lanes.ts';

/** Pixels from lane to lane, and from the upper edge of the row to the middle of the version. */
const LANE = 22;
const FIRST = 15;
const MIDDLE = 27;
/** Lanes that are drawn; what lies further right shares the last one. */
const MOST = 6;

interface HistoryLanesProps {
  readonly row: HistoryRow;
  /** Lanes of the whole history. */
  readonly width: number;
  readonly origin: VersionOrigin;
}

/** Lines are decoration: the parents stand in words in the row. */
export function HistoryLanes({ row, width, origin }: HistoryLanesProps) {
  const { Icon, word } = ORIGINS[origin];
  const own = place(row.lane);
  return (
    <div className={classes.lanes} style={{ width: place(Math.min(width, MOST) - 1) + FIRST }}>
      <svg aria-hidden="true" className={classes.lines}>
        {row.passing.map((lane) => (
          <line key={`by ${String(lane)}`} x1={place(lane)} x2={place(lane)} y1="0" y2="100%" />
        ))}
        {row.fromAbove.map((lane) => (
          <line key={`in ${String(lane)}`} x1={place(lane)} x2={own} y1="0" y2={MIDDLE} />
        ))}
        {row.toBelow.map((lane) => (
          <line key={`out ${String(lane)}`} x1={own} x2={place(lane)} y1={MIDDLE} y2="100%" />
        ))}
      </svg>
      <Tooltip label={word}>
        <span className={classes.node} style={{ left: own - FIRST }}>
          <Icon size={15} stroke={1.8} aria-label={word} />
        </span>
      </Tooltip>
    </div>
  );
}

function place(lane: number): number {
  return FIRST + Math.min(lane, MOST - 1) * LANE;
}
