/** @file The geometry of overlaid histograms: paths in a unit square, and what lies under the pointer. Pure. */
import { type Histogram, shares } from '@/lib/metrics.ts';

/** The range that shows everything there is to see: all filled bins and the mark, with a little air. */
export function visibleRange(
  histograms: readonly Histogram[],
  mark: number | null,
): { readonly from: number; readonly to: number } {
  const filled = histograms.flatMap((histogram) => {
    const width = binWidth(histogram);
    return histogram.counts.flatMap((count, bin) =>
      count > 0 ? [histogram.from + bin * width, histogram.from + (bin + 1) * width] : [],
    );
  });
  const points = mark === null ? filled : [...filled, mark];
  if (points.length === 0) return { from: 0, to: Math.PI };
  const to = Math.max(...points);
  return { from: 0, to: Math.min(Math.PI, to * 1.06) };
}

/** The largest share of any bin. */
export function peak(histograms: readonly Histogram[]): number {
  return Math.max(...histograms.map((histogram) => Math.max(0, ...shares(histogram))), 1e-9);
}

/** The outline of a histogram as an SVG path; x from 0 to `width` over the range, y from `height` up to 0 at `top`. */
export function outline(
  histogram: Histogram,
  frame: {
    readonly from: number;
    readonly to: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  },
): string {
  const x = (value: number) =>
    (((value - frame.from) / (frame.to - frame.from)) * frame.width).toFixed(1);
  const y = (share: number) => (frame.height * (1 - share / frame.top)).toFixed(1);
  const width = binWidth(histogram);
  const base = y(0);
  const steps = shares(histogram).flatMap((share, bin) => {
    const left = histogram.from + bin * width;
    if (left >= frame.to) return [];
    return [`V${y(share)}H${x(Math.min(frame.to, left + width))}`];
  });
  return `M${x(histogram.from)} ${base}${steps.join('')}V${base}Z`;
}

/** The share of the bin that `value` falls in; 0 outside. */
export function shareAt(histogram: Histogram, value: number): number {
  const bin = Math.floor((value - histogram.from) / binWidth(histogram));
  return shares(histogram)[bin] ?? 0;
}

/** Round tick values inside the range, about `count` of them. */
export function ticks(from: number, to: number, count: number): readonly number[] {
  const rough = (to - from) / Math.max(1, count);
  const step = [0.05, 0.1, 0.2, 0.25, 0.5, 1].find((each) => each >= rough) ?? 1;
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step + 1e-9);
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, index) => (first + index) * step,
  );
}

function binWidth(histogram: Histogram): number {
  return (histogram.to - histogram.from) / Math.max(1, histogram.counts.length);
}
