'use client';
/** @file A range with two number fields; where there is a histogram, a slider under it. */
import { Input, NumberInput, RangeSlider } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import type { Range } from './ranges.ts';
import classes from './subsets.module.css';

/** Counts in buckets of equal width from one value to another. */
export interface FacetCounts {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

interface RangeFieldProps {
  readonly label: string;
  readonly description?: ReactNode;
  readonly value: Range;
  readonly problem: string | undefined;
  readonly step: number;
  readonly onChange: (value: Range) => void;
  /** Of the whole version, and of what is selected now. */
  readonly histogram?: { readonly whole: FacetCounts; readonly now: FacetCounts | null };
}

/** The field; an end that is left empty is open. */
export function RangeField(props: RangeFieldProps) {
  const { label, description, value, problem, step, onChange, histogram } = props;
  const id = useId();
  const end = (side: 'min' | 'max', word: string) => (
    <NumberInput
      aria-label={`${label}, ${word}`}
      aria-invalid={problem !== undefined}
      aria-describedby={problem === undefined ? undefined : `${id}-problem`}
      placeholder={word}
      size="xs"
      step={step}
      value={value[side] ?? ''}
      error={problem !== undefined}
      onChange={(next) => {
        onChange({ ...value, [side]: next === '' ? null : Number(next) });
      }}
    />
  );
  return (
    <div role="group" aria-labelledby={id} className={classes.field}>
      <div>
        <span id={id} className={classes.label}>
          {label}
        </span>
        {description !== undefined && <p className={classes.hint}>{description}</p>}
      </div>
      {histogram !== undefined && (
        <HistogramSlider
          label={label}
          value={value}
          step={step}
          onChange={onChange}
          histogram={histogram}
        />
      )}
      <div className={classes.ends}>
        {end('min', 'from')}
        {end('max', 'to')}
      </div>
      {problem !== undefined && (
        <Input.Error id={`${id}-problem`} role="alert">
          {problem}
        </Input.Error>
      )}
    </div>
  );
}

function HistogramSlider({
  label,
  value,
  step,
  onChange,
  histogram: { whole, now },
}: Pick<RangeFieldProps, 'label' | 'value' | 'step' | 'onChange'> & {
  readonly histogram: NonNullable<RangeFieldProps['histogram']>;
}) {
  const width = (whole.to - whole.from) / Math.max(1, whole.counts.length);
  const first = Math.max(0, whole.counts.findIndex((count) => count > 0) - 1);
  const last = whole.counts.findLastIndex((count) => count > 0) + 2;
  if (last < 2) return null;
  const [from, to] = [round(whole.from + first * width), round(whole.from + last * width)];
  const bars = whole.counts.slice(first, last);
  const top = Math.max(...bars, 1);
  const clamp = (end: number) => Math.min(to, Math.max(from, end));
  const [min, max] = [clamp(value.min ?? from), clamp(value.max ?? to)];
  return (
    <div className={classes.slider}>
      <svg
        viewBox={`0 0 ${String(bars.length)} 40`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Histogram of ${label}, all of the version and what is selected`}
      >
        {bars.map((count, index) => {
          const selected = now?.counts[first + index] ?? 0;
          return (
            <g key={index}>
              <rect {...bar(index, count / top)} className={classes.barAll} />
              <rect {...bar(index, Math.min(count, selected) / top)} className={classes.barNow} />
            </g>
          );
        })}
      </svg>
      <RangeSlider
        size={4}
        min={from}
        max={to}
        step={step}
        minRange={0}
        value={[Math.min(min, max), Math.max(min, max)]}
        label={null}
        thumbFromLabel={`${label}, from`}
        thumbToLabel={`${label}, to`}
        onChange={([low, high]) => {
          // An end at the edge of the histogram is no limit.
          onChange({ min: low <= from ? null : round(low), max: high >= to ? null : round(high) });
        }}
      />
      <div className={classes.scale} aria-hidden>
        <span>{from.toFixed(2)}</span>
        <span>{to.toFixed(2)}</span>
      </div>
    </div>
  );
}

/** A bar of at least a visible height where there is anything. */
function bar(index: number, share: number) {
  const height = share === 0 ? 0 : Math.max(1.5, share * 40);
  return { x: index + 0.06, width: 0.88, y: 40 - height, height };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
