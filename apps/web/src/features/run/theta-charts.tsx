'use client';
/** @file Charts of a run's iterations: θ min, mean and max, the share of pairs above the threshold, and the forces. */
import { LineChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import type { IterationPointFragment } from '@/generated/graphql.ts';
import { formatDegrees, formatFigure, formatRadians, formatShare } from '@/lib/format.ts';
import classes from './run.module.css';
import { smallMultiples } from './small-multiples.ts';

interface ChartProps {
  readonly points: readonly IterationPointFragment[];
  /** Iterations in all, so that the axis does not grow while the run goes on. */
  readonly total: number | null;
}

const AXIS = { tickLine: false, axisLine: false, fontSize: 12 } as const;
const MARGIN = { top: 8, right: 12, bottom: 0, left: -8 };

/** θ per iteration, with the threshold as a line. */
export function ThetaChart({ points, total, ict }: ChartProps & { readonly ict: number | null }) {
  const top = Math.max(ict ?? 0, ...points.map((point) => point.thetaMax ?? 0));
  return (
    <LineChart
      h={260}
      data={points.map((point) => ({
        iteration: point.iteration,
        max: point.thetaMax,
        mean: point.thetaMean,
        min: point.thetaMin,
      }))}
      dataKey="iteration"
      series={[
        { name: 'max', label: 'largest', color: 'var(--series-intra)' },
        { name: 'mean', label: 'mean', color: 'var(--series-mean)' },
        { name: 'min', label: 'smallest', color: 'var(--series-inter)' },
      ]}
      withDots={points.length < 3}
      strokeWidth={2}
      curveType="linear"
      withLegend
      legendProps={{ verticalAlign: 'top', height: 32 }}
      gridAxis="x"
      tickLine="none"
      lineChartProps={{ margin: MARGIN }}
      lineProps={{ isAnimationActive: false }}
      xAxisProps={{
        ...AXIS,
        type: 'number',
        domain: [0, total ?? 'dataMax'],
        allowDecimals: false,
        minTickGap: 24,
      }}
      yAxisProps={{
        ...AXIS,
        width: 44,
        domain: [0, Math.ceil(top * 2) / 2 || 1],
        ticks: steps(0, Math.ceil(top * 2) / 2 || 1, 0.5),
        tickFormatter: (value: number) => formatRadians(value, 1),
      }}
      valueFormatter={(value) => `${formatRadians(value, 3)} rad · ${formatDegrees(value)}`}
      tooltipProps={{
        labelFormatter: iterationLabel,
        isAnimationActive: false,
      }}
      referenceLines={
        ict === null
          ? []
          : [
              {
                y: ict,
                color: 'var(--series-threshold)',
                strokeDasharray: '4 4',
              },
            ]
      }
    />
  );
}

/** Share of pairs above the threshold per iteration. */
export function ShareChart({ points, total }: ChartProps) {
  const lowest = Math.min(1, ...points.map((point) => point.aboveIct ?? 1));
  return (
    <LineChart
      h={260}
      data={points.map((point) => ({ iteration: point.iteration, share: point.aboveIct }))}
      dataKey="iteration"
      series={[{ name: 'share', label: 'above the threshold', color: 'var(--series-inter)' }]}
      withDots={points.length < 3}
      strokeWidth={2}
      curveType="linear"
      gridAxis="x"
      tickLine="none"
      lineChartProps={{ margin: { ...MARGIN, top: 12 } }}
      lineProps={{ isAnimationActive: false }}
      xAxisProps={{
        ...AXIS,
        type: 'number',
        domain: [0, total ?? 'dataMax'],
        allowDecimals: false,
        minTickGap: 24,
      }}
      yAxisProps={{
        ...AXIS,
        width: 52,
        domain: [Math.floor(lowest * 10) / 10, 1],
        ticks: shareTicks(lowest),
        tickFormatter: (value: number) => `${String(Math.round(value * 100))} %`,
      }}
      valueFormatter={formatShare}
      tooltipProps={{
        labelFormatter: iterationLabel,
        isAnimationActive: false,
      }}
    />
  );
}

function iterationLabel(label: unknown): string {
  return `Iteration ${typeof label === 'number' ? String(label) : ''}`;
}

function steps(from: number, to: number, step: number): number[] {
  const count = Math.round((to - from) / step);
  return Array.from({ length: count + 1 }, (_, index) => from + index * step);
}

function shareTicks(lowest: number): number[] {
  const from = Math.floor(lowest * 10) / 10;
  return steps(from, 1, from < 0.6 ? 0.2 : 0.1).filter((tick) => tick <= 1.001);
}

/** Forces, step and whatever else the sampler reports, one small chart each. */
export function SmallMultiples({ points, total }: ChartProps) {
  const multiples = smallMultiples(points);
  if (multiples.length === 0) return null;
  return (
    <div className={classes.multiples}>
      {multiples.map(({ name, label, values }) => (
        <div key={name} className={classes.multiple}>
          <Text size="sm" c="dimmed">
            {label}
          </Text>
          <Text fw={580} className="figures">
            {formatFigure(values.at(-1)?.value)}
          </Text>
          <LineChart
            h={64}
            data={values.map(({ iteration, value }) => ({ iteration, value }))}
            dataKey="iteration"
            series={[{ name: 'value', label, color: 'var(--series-mean)' }]}
            withDots={false}
            withXAxis={false}
            withYAxis={false}
            strokeWidth={1.5}
            curveType="linear"
            gridAxis="none"
            lineChartProps={{ margin: { top: 4, right: 2, bottom: 4, left: 2 } }}
            lineProps={{ isAnimationActive: false }}
            xAxisProps={{ type: 'number', domain: [0, total ?? 'dataMax'] }}
            yAxisProps={{ domain: ['auto', 'auto'] }}
            valueFormatter={(value) => formatFigure(value)}
            tooltipProps={{
              labelFormatter: iterationLabel,
              isAnimationActive: false,
            }}
          />
        </div>
      ))}
    </div>
  );
}
