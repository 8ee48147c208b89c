'use client';
/** @file The log of a run, following its end until one scrolls up. */
import { ScrollArea, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { LogLineFragment } from '@/generated/graphql.ts';
import { formatClock } from '@/lib/format.ts';
import classes from './run.module.css';

const NEAR_END_PX = 40;

/** Lines with their time; warnings and errors stand out. */
export function RunLog({ lines }: { readonly lines: readonly LogLineFragment[] }) {
  const viewport = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  useEffect(() => {
    const element = viewport.current;
    if (element !== null && isFollowing.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  if (lines.length === 0)
    return (
      <Text c="dimmed" size="sm">
        Nothing has been logged yet.
      </Text>
    );
  return (
    <ScrollArea.Autosize
      mah={260}
      type="auto"
      offsetScrollbars="y"
      viewportRef={viewport}
      viewportProps={{ tabIndex: 0, role: 'log', 'aria-label': 'Log of the run' }}
      onScrollPositionChange={({ y }) => {
        const element = viewport.current;
        if (element !== null)
          isFollowing.current = element.scrollHeight - element.clientHeight - y < NEAR_END_PX;
      }}
    >
      <ol className={classes.log}>
        {lines.map((line) => (
          <li key={line.sequence} data-level={line.level.toLowerCase()}>
            <time dateTime={line.createdAt}>{formatClock(line.createdAt)}</time>
            <span>{line.message}</span>
          </li>
        ))}
      </ol>
    </ScrollArea.Autosize>
  );
}
