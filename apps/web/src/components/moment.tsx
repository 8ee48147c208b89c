'use client';
/** @file A moment as "5 min ago", exact on demand. */
import { Tooltip } from '@mantine/core';
import { formatAgo, formatMoment } from '@/lib/format.ts';
import { useNow } from '@/lib/use-now.ts';

/** How long ago `at` was; keeps itself current. */
export function Moment({ at }: { readonly at: string }) {
  const now = useNow(30_000);
  return (
    <Tooltip label={formatMoment(at)}>
      <time dateTime={at}>{formatAgo(at, now)}</time>
    </Tooltip>
  );
}
