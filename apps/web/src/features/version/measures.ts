/** @file The figures of the measures query as the charts want them. Pure. */
import type { ComparisonFragment, MeasuresFragment } from '@/generated/graphql.ts';
import type { Histogram } from '@/lib/metrics.ts';

/** Points of the curve that the impostor pairs resolve. */
export function rocCurve({
  roc,
  impostors,
}: Pick<NonNullable<MeasuresFragment['verification']>, 'roc' | 'impostors'>): readonly {
  readonly far: number;
  readonly tar: number;
}[] {
  return roc.filter(({ far }) => far * impostors >= 1).map(({ far, tar }) => ({ far, tar }));
}

/** Measured points, and the formula at them and at the sizes beyond. */
export function capacityCurve({
  points,
  fit,
}: Pick<MeasuresFragment['capacity'], 'points' | 'fit'>): readonly {
  readonly n: number;
  readonly measured: number | null;
  readonly formula: number | null;
}[] {
  const shareAt = (n: number): number | null =>
    fit === null ? null : Math.exp(-fit.c * (n - 1) ** fit.b);
  return [
    ...points.map(({ n, share }) => ({ n, measured: share, formula: shareAt(n) })),
    ...(fit?.extrapolated ?? []).flatMap(({ n, share }) =>
      n === null ? [] : [{ n, measured: null, formula: share }],
    ),
  ];
}

/** Powers of ten from the one at or below `from` to the one at or below `to`. */
export function decades(from: number, to: number): readonly number[] {
  const first = Math.floor(Math.log10(from) + 1e-9);
  const last = Math.floor(Math.log10(to) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => 10 ** (first + k));
}

/** A histogram of the schema as the chart draws it. */
export function chartHistogram({ edges, counts }: ComparisonFragment['histogram']): Histogram {
  return { from: edges[0] ?? 0, to: edges.at(-1) ?? Math.PI, counts };
}
