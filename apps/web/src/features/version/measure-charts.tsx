'use client';
/** @file Curves of a version: the ROC, and the share of identities that stay apart as their number grows. */
import { LineChart } from '@mantine/charts';
import type { MeasuresFragment } from '@/generated/graphql.ts';
import { formatCount, formatShare } from '@/lib/format.ts';
import { capacityCurve, decades, rocCurve } from './measures.ts';

const AXIS = { tickLine: false, axisLine: false, fontSize: 12 } as const;
const SHARES = {
  ...AXIS,
  width: 52,
  domain: [0, 1],
  ticks: [0, 0.25, 0.5, 0.75, 1],
  tickFormatter: (value: number) => `${String(Math.round(value * 100))} %`,
};
const COMMON = {
  h: 260,
  strokeWidth: 2,
  gridAxis: 'xy',
  tickLine: 'none',
  lineProps: { isAnimationActive: false },
  yAxisProps: SHARES,
  valueFormatter: formatShare,
} as const;
/** The label of the axis stands in the bottom margin. */
const MARGIN = { top: 10, right: 18, bottom: 34, left: 0 };
const DECADE = new Intl.NumberFormat('en', { maximumSignificantDigits: 1 });

/** True accepts at false accepts, false accepts on a logarithmic axis. */
export function RocChart({
  verification,
}: {
  readonly verification: NonNullable<MeasuresFragment['verification']>;
}) {
  const points = rocCurve(verification);
  const ticks = decades(points[0]?.far ?? 1, 1);
  return (
    <LineChart
      {...COMMON}
      data={[...points]}
      dataKey="far"
      series={[{ name: 'tar', label: 'true accepts', color: 'var(--series-inter)' }]}
      withDots={false}
      curveType="stepAfter"
      lineChartProps={{ margin: MARGIN }}
      xAxisLabel="false accepts, share of impostor pairs"
      xAxisProps={{
        ...AXIS,
        type: 'number',
        scale: 'log',
        domain: [ticks[0] ?? 1e-6, 1],
        ticks: [...ticks],
        tickFormatter: (value: number) => `${DECADE.format(100 * value)} %`,
      }}
      tooltipProps={{
        labelFormatter: (label) => `at ${DECADE.format(100 * Number(label))} % false accepts`,
        isAnimationActive: false,
      }}
    />
  );
}

/** Measured shares, and the formula through them up to a hundred times the identities. */
export function CapacityChart({ capacity }: { readonly capacity: MeasuresFragment['capacity'] }) {
  const points = capacityCurve(capacity);
  const last = points.at(-1)?.n ?? 2;
  const ticks = decades(points[0]?.n ?? 2, last);
  return (
    <LineChart
      {...COMMON}
      data={[...points]}
      dataKey="n"
      series={[
        { name: 'measured', color: 'var(--series-inter)' },
        { name: 'formula', color: 'var(--series-intra)', strokeDasharray: '5 4' },
      ]}
      withDots
      dotProps={{ r: 2.5 }}
      connectNulls
      curveType="linear"
      withLegend
      legendProps={{ verticalAlign: 'top', height: 32 }}
      lineChartProps={{ margin: MARGIN }}
      xAxisLabel="identities"
      xAxisProps={{
        ...AXIS,
        type: 'number',
        scale: 'log',
        domain: [ticks[0] ?? 1, last],
        ticks: [...ticks],
        tickFormatter: formatCount,
      }}
      tooltipProps={{
        labelFormatter: (label) => `${formatCount(Number(label))} identities`,
        isAnimationActive: false,
      }}
    />
  );
}
