'use client';
/** @file How the identities of a budget were used up. */
import { LineChart } from '@mantine/charts';
import { Group, Text } from '@mantine/core';
import { Moment } from '@/components/moment.tsx';
import type { DatasetPageQuery } from '@/generated/graphql.ts';
import { formatCount, formatMoment } from '@/lib/format.ts';

type Budget = NonNullable<NonNullable<NonNullable<DatasetPageQuery['team']>['dataset']>['budget']>;

interface BurnDownProps {
  readonly history: Budget['history'];
  readonly limit: number;
}

const AXIS = { tickLine: false, axisLine: false, fontSize: 12 } as const;

/** Identities left after each run reserved, settled or gave back; nothing before the second such moment. */
export function BurnDown({ history, limit }: BurnDownProps) {
  if (history.length < 2) return null;
  const left = (point: Budget['history'][number]) =>
    Math.max(0, limit - point.usedIdentities - point.reservedIdentities);
  const [first, last] = [history.at(0), history.at(-1)];
  return (
    <figure style={{ margin: 0 }}>
      <Text component="figcaption" size="sm" c="dimmed" mb={6}>
        Identities left over time
        <span className="visually-hidden">
          : {history.length} changes, {formatCount(last === undefined ? limit : left(last))} left at
          the end
        </span>
      </Text>
      <LineChart
        h={120}
        data={history.map((point) => ({ at: new Date(point.at).getTime(), left: left(point) }))}
        dataKey="at"
        series={[{ name: 'left', label: 'left', color: 'var(--series-mean)' }]}
        curveType="stepAfter"
        withDots={false}
        strokeWidth={2}
        gridAxis="x"
        tickLine="none"
        lineProps={{ isAnimationActive: false }}
        lineChartProps={{ margin: { top: 8, right: 8, bottom: 6, left: -8 } }}
        xAxisProps={{
          ...AXIS,
          type: 'number',
          domain: ['dataMin', 'dataMax'],
          tick: false,
          height: 6,
        }}
        yAxisProps={{
          ...AXIS,
          width: 48,
          domain: [0, limit],
          ticks: [0, Math.round(limit / 2), limit],
          tickFormatter: (count: number) => formatCount(count),
        }}
        valueFormatter={formatCount}
        tooltipProps={{
          // Without a point under the pointer the chart asks for the label of nothing.
          labelFormatter: (at: unknown) =>
            typeof at === 'number' ? formatMoment(new Date(at).toISOString()) : '',
          isAnimationActive: false,
        }}
      />
      <Group justify="space-between" pl={44} pr={8}>
        <Text size="xs" c="dimmed" component="div">
          {first !== undefined && <Moment at={first.at} />}
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {last !== undefined && <Moment at={last.at} />}
        </Text>
      </Group>
    </figure>
  );
}
