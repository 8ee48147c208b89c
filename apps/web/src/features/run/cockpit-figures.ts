/** @file What the cockpit reads out of the statistics of iterations, which travel as JSON. Pure. */
import type { IterationPointFragment, RunLiveFragment } from '@/generated/graphql.ts';

/** Least, mean and greatest of something. */
export interface Spread {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** One force at the latest step, and its mean over all steps so far. */
export interface ForceRow {
  readonly name: string;
  readonly label: string;
  readonly latest: Spread;
  readonly means: readonly number[];
}

/** Seconds of one phase of the latest iteration. */
export interface PhaseSeconds {
  readonly name: string;
  readonly label: string;
  readonly seconds: number;
}

const FORCES: readonly (readonly [name: string, label: string])[] = [
  ['interaction', 'Repulsion'],
  ['latent', 'Pull to the mean latent'],
  ['random', 'Random'],
  ['total', 'Total'],
];

const PHASES: readonly (readonly [name: string, label: string])[] = [
  ['pairs', 'All pairs'],
  ['pullback', 'Gradient'],
  ['update', 'Update'],
  ['embed', 'Embed'],
];

/** The forces of the latest iteration that took a step; empty where none did. */
export function forceRows(points: readonly IterationPointFragment[]): readonly ForceRow[] {
  return FORCES.flatMap(([name, label]) => {
    const spreads = points.flatMap(({ statistics }) => {
      const spread = spreadAt(statistics, ['forces', name]);
      return spread === null ? [] : [spread];
    });
    const latest = spreads.at(-1);
    return latest === undefined
      ? []
      : [{ name, label, latest, means: spreads.map(({ mean }) => mean) }];
  });
}

/** Seconds by phase of the latest iteration; phases that took none are left out. */
export function phaseSeconds(point: IterationPointFragment): readonly PhaseSeconds[] {
  return PHASES.flatMap(([name, label]) => {
    const seconds = numberAt(point.statistics, ['seconds', name]);
    return seconds === null || seconds <= 0 ? [] : [{ name, label, seconds }];
  });
}

/**
 * The iterations whose time tells how long one takes: those that took a step. The last state takes none, and is measured in a fraction
 * of that; algorithms that place one identity after another take no steps at all.
 */
export function timedPoints(
  points: readonly IterationPointFragment[],
): readonly IterationPointFragment[] {
  const timed = points.filter((point) => phaseSeconds(point).length > 0);
  const stepped = timed.filter(({ timestep }) => timestep !== null);
  return stepped.length > 0 ? stepped : timed;
}

/** Iterations of one identity per second, over the latest iterations; null where nothing was timed. */
export function iterationRate(
  points: readonly IterationPointFragment[],
  identities: number,
): number | null {
  const recent = timedPoints(points)
    .slice(-5)
    .flatMap((point) => {
      const seconds = phaseSeconds(point).reduce((sum, phase) => sum + phase.seconds, 0);
      return seconds > 0 ? [seconds] : [];
    });
  if (recent.length === 0) return null;
  return (identities * recent.length) / recent.reduce((sum, seconds) => sum + seconds, 0);
}

/** The spread at a path of the statistics, or null. */
export function spreadAt(statistics: unknown, path: readonly string[]): Spread | null {
  const [min, mean, max] = ['min', 'mean', 'max'].map((key) =>
    numberAt(statistics, [...path, key]),
  );
  return typeof min === 'number' && typeof mean === 'number' && typeof max === 'number'
    ? { min, mean, max }
    : null;
}

/** The finite number at a path of the statistics, or null. */
export function numberAt(statistics: unknown, path: readonly string[]): number | null {
  let at: unknown = statistics;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return null;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === 'number' && Number.isFinite(at) ? at : null;
}

/** Whether the references ended before their last iteration, because no force acted on anybody any more. */
export function isAtRest(
  run: Pick<RunLiveFragment, 'stage'>,
  last: Pick<IterationPointFragment, 'iteration'>,
  total: number | null,
): boolean {
  const isOver = run.stage !== null && run.stage !== 'PREPARE' && run.stage !== 'REFERENCES';
  return isOver && total !== null && last.iteration < total;
}
