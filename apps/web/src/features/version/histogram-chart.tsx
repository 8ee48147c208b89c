'use client';
/** @file Distances within identities against distances between them, as two overlaid histograms. */
import { Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';
import { formatDegrees, formatRadians, formatShare } from '@/lib/format.ts';
import type { Histogram } from '@/lib/metrics.ts';
import { outline, peak, shareAt, ticks, visibleRange } from './histogram.ts';
import classes from './version.module.css';

interface HistogramChartProps {
  readonly intra: Histogram | null;
  readonly inter: Histogram | null;
  readonly ict: number | null;
  /** @default those of identities and their pictures */
  readonly labels?: Readonly<Record<'intra' | 'inter' | 'mark' | 'chart', string>>;
}

const LABELS = {
  intra: 'same person, different picture',
  inter: 'different people',
  mark: 'threshold ICT',
  chart: 'Histogram of angles within identities and between identities',
} as const;
const HEIGHT = 220;
const AXIS = 26;

/** The chart with its key; a reading follows the pointer. */
export function HistogramChart({ intra, inter, ict, labels = LABELS }: HistogramChartProps) {
  const { ref, width } = useElementSize();
  const [pointed, setPointed] = useState<number | null>(null);
  const histograms = [intra, inter].filter((each) => each !== null);
  const { from, to } = visibleRange(histograms, ict);
  const frame = { from, to, top: peak(histograms) * 1.06, width, height: HEIGHT };
  const x = (value: number) => ((value - from) / (to - from)) * width;
  return (
    <figure className={classes.histogram}>
      <figcaption className={classes.key}>
        {intra !== null && (
          <span data-series="intra">
            <i aria-hidden /> {labels.intra}
          </span>
        )}
        {inter !== null && (
          <span data-series="inter">
            <i aria-hidden /> {labels.inter}
          </span>
        )}
        {ict !== null && (
          <span data-series="ict">
            <i aria-hidden /> {labels.mark} {formatRadians(ict)}
          </span>
        )}
      </figcaption>
      <div
        ref={ref}
        className={classes.plot}
        style={{ height: HEIGHT + AXIS }}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setPointed(from + ((event.clientX - box.left) / Math.max(1, box.width)) * (to - from));
        }}
        onPointerLeave={() => {
          setPointed(null);
        }}
      >
        <svg width="100%" height={HEIGHT + AXIS} role="img" aria-label={labels.chart}>
          {ticks(from, to, Math.max(3, Math.floor(width / 90))).map((tick) => (
            <g key={tick} transform={`translate(${x(tick).toFixed(1)} 0)`}>
              <line y1={0} y2={HEIGHT} className={classes.gridLine} />
              <text
                y={HEIGHT + 18}
                className={classes.tick}
                textAnchor={tick === 0 ? 'start' : 'middle'}
              >
                {formatRadians(tick, tick % 0.1 > 0.01 && tick % 0.1 < 0.09 ? 2 : 1)}
              </text>
            </g>
          ))}
          {width > 0 && inter !== null && (
            <path d={outline(inter, frame)} className={classes.area} data-series="inter" />
          )}
          {width > 0 && intra !== null && (
            <path d={outline(intra, frame)} className={classes.area} data-series="intra" />
          )}
          <line x1={0} x2="100%" y1={HEIGHT} y2={HEIGHT} className={classes.baseLine} />
          {ict !== null && (
            <line x1={x(ict)} x2={x(ict)} y1={0} y2={HEIGHT} className={classes.ictLine} />
          )}
          {pointed !== null && (
            <line
              x1={x(pointed)}
              x2={x(pointed)}
              y1={0}
              y2={HEIGHT}
              className={classes.pointedLine}
            />
          )}
        </svg>
      </div>
      <Text size="sm" c="dimmed" className="figures" mih={20} aria-hidden>
        {pointed === null
          ? 'θ in radians; every curve is scaled to its own total.'
          : reading(pointed, intra, inter, labels)}
      </Text>
    </figure>
  );
}

function reading(
  value: number,
  intra: Histogram | null,
  inter: Histogram | null,
  labels: NonNullable<HistogramChartProps['labels']>,
): string {
  const parts = [
    `θ ${formatRadians(value)} rad (${formatDegrees(value)})`,
    ...(intra === null ? [] : [`${labels.intra} ${formatShare(shareAt(intra, value))}`]),
    ...(inter === null ? [] : [`${labels.inter} ${formatShare(shareAt(inter, value))}`]),
  ];
  return parts.join(' · ');
}
