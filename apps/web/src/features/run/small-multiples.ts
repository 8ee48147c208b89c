/** @file Picks the figures worth a small chart out of the statistics of iterations, which travel as JSON. Pure. */
import type { IterationPointFragment } from '@/generated/graphql.ts';

/** One figure over the iterations. */
export interface Multiple {
  readonly name: string;
  readonly label: string;
  readonly values: readonly { readonly iteration: number; readonly value: number }[];
}

const STATISTICS: readonly { readonly path: readonly string[]; readonly label: string }[] = [
  { path: ['forces', 'interaction', 'mean'], label: 'Repulsion, mean force' },
  { path: ['forces', 'total', 'max'], label: 'Strongest total force' },
  { path: ['latentDistance', 'min'], label: 'Smallest latent distance' },
  { path: ['meanRadius'], label: 'Mean distance from w̄' },
];

/** Figures that at least two iterations have; the timestep first. */
export function smallMultiples(points: readonly IterationPointFragment[]): readonly Multiple[] {
  const timestep: Multiple = {
    name: 'timestep',
    label: 'Time step dt',
    values: points.flatMap(({ iteration, timestep: value }) =>
      value === null ? [] : [{ iteration, value }],
    ),
  };
  const others = STATISTICS.map(({ path, label }) => ({
    name: path.join('.'),
    label,
    values: points.flatMap(({ iteration, statistics }) => {
      const value = figureAt(statistics, path);
      return value === null ? [] : [{ iteration, value }];
    }),
  }));
  return [timestep, ...others].filter(({ values }) => values.length >= 2);
}

function figureAt(json: unknown, path: readonly string[]): number | null {
  let at: unknown = json;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return null;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === 'number' && Number.isFinite(at) ? at : null;
}
