/** @file What a run has reported so far, put together from the page's query, the subscription and what was missed. Pure. */
import type {
  IterationPointFragment,
  LogLineFragment,
  PreviewSheetFragment,
  RunStage,
} from '@/generated/graphql.ts';

/** Everything reported, each list in order and without repetition. */
export interface RunStream {
  readonly iterations: readonly IterationPointFragment[];
  readonly previews: readonly PreviewSheetFragment[];
  readonly logLines: readonly LogLineFragment[];
}

/** Any part of a report. */
export type RunReport = Partial<RunStream>;

/** The last number known of each kind; what to ask for after a gap. */
export interface KnownSoFar {
  readonly afterReference: number | null;
  readonly afterVariation: number | null;
  readonly afterPreview: number | null;
  readonly afterLog: number | null;
}

const STAGE_ORDER: readonly RunStage[] = [
  'PREPARE',
  'REFERENCES',
  'VARIATIONS',
  'RENDER',
  'MEASURE',
  'COMMIT',
];

/** Nothing reported yet. */
export const EMPTY_STREAM: RunStream = { iterations: [], previews: [], logLines: [] };

/**
 * Adds a report. A later report of the same thing replaces the earlier one: after a worker was lost, its successor
 * reports the iterations since the checkpoint again.
 */
export function mergeReport(stream: RunStream, report: RunReport): RunStream {
  return {
    iterations: merged(stream.iterations, report.iterations, iterationKey, byIteration),
    previews: merged(
      stream.previews,
      report.previews,
      (each) => each.iteration,
      (a, b) => a.iteration - b.iteration,
    ),
    logLines: merged(
      stream.logLines,
      report.logLines,
      (each) => each.sequence,
      (a, b) => a.sequence - b.sequence,
    ),
  };
}

/** The last numbers of `stream`. */
export function knownSoFar(stream: RunStream): KnownSoFar {
  return {
    afterReference: lastIteration(stream, 'REFERENCES'),
    afterVariation: lastIteration(stream, 'VARIATIONS'),
    afterPreview: stream.previews.at(-1)?.iteration ?? null,
    afterLog: stream.logLines.at(-1)?.sequence ?? null,
  };
}

/** The iterations of one stage, in order. */
export function iterationsOf(
  stream: RunStream,
  stage: RunStage,
): readonly IterationPointFragment[] {
  return stream.iterations.filter((each) => each.stage === stage);
}

function lastIteration(stream: RunStream, stage: RunStage): number | null {
  return iterationsOf(stream, stage).at(-1)?.iteration ?? null;
}

function iterationKey(each: IterationPointFragment): string {
  return `${each.stage} ${String(each.iteration)}`;
}

function byIteration(a: IterationPointFragment, b: IterationPointFragment): number {
  return STAGE_ORDER.indexOf(a.stage) - STAGE_ORDER.indexOf(b.stage) || a.iteration - b.iteration;
}

function merged<T>(
  known: readonly T[],
  added: readonly T[] | undefined,
  keyOf: (each: T) => string | number,
  order: (a: T, b: T) => number,
): readonly T[] {
  if (added === undefined || added.length === 0) return known;
  const all = new Map(known.map((each) => [keyOf(each), each]));
  for (const each of added) all.set(keyOf(each), each);
  return [...all.values()].toSorted(order);
}
