/** @file What stands in the way of putting versions together: runs that several of them hold, and runs that made the same faces. */

import type { Db } from '../context.ts';
import { contentsOfRuns } from './new-version.ts';

/** A run that several of the versions hold. */
export interface MergeOverlap {
  readonly runNumber: number;
  /** Numbers of the versions that hold it, ascending. */
  readonly versionNumbers: readonly number[];
}

/** What a merge meets. */
export interface MergeCheck {
  /** A merge refuses these, or unites them, as it is told. */
  readonly overlaps: readonly MergeOverlap[];
  /** Numbers of runs with the same contents, ascending, in groups: the union would hold every face twice, so it is always refused. */
  readonly twins: readonly (readonly number[])[];
}

/** A part of a version: the run it is of, and which of its blocks are held. */
export interface CollidingPart {
  readonly runId: string;
  readonly stride: number | null;
}

/** Looks at the parts of the versions, in two statements. */
export async function findCollisions(
  db: Db,
  versionIds: readonly string[],
): Promise<MergeCheck & { readonly byRun: ReadonlyMap<string, readonly CollidingPart[]> }> {
  const parts = await db.versionPart.findMany({
    where: { versionId: { in: [...versionIds] } },
    include: { run: { select: { number: true } }, version: { select: { number: true } } },
    orderBy: [{ run: { number: 'asc' } }, { version: { number: 'asc' } }],
  });
  const byRun = Map.groupBy(parts, (part) => part.runId);
  const overlaps = [...byRun.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      runNumber: group[0]?.run.number ?? 0,
      versionNumbers: group.map((part) => part.version.number),
    }));
  const contents = await contentsOfRuns(db, [...byRun.keys()]);
  const twins = [...Map.groupBy(contents.values(), (run) => run.digest).values()]
    .filter((group) => group.length > 1)
    .map((group) =>
      group.map((run) => byRun.get(run.runId)?.[0]?.run.number ?? 0).toSorted((a, b) => a - b),
    );
  return { overlaps, twins, byRun };
}
