/** @file The history of versions as lanes, as version control draws it: a subset hangs on one parent, a merge on several. */

/** A version as far as its place in the history goes. */
export interface HistoryEntry {
  readonly id: string;
  readonly parentIds: readonly string[];
}

/** What is drawn beside one version. Lanes count from 0 at the left. */
export interface HistoryRow {
  /** Where the version itself is. */
  readonly lane: number;
  /** Lanes that come in from above and end at the version: its children's. */
  readonly fromAbove: readonly number[];
  /** Lanes that leave the version downwards: to its parents. */
  readonly toBelow: readonly number[];
  /** Lanes that only pass by. */
  readonly passing: readonly number[];
}

/** Lays the versions out, newest first. Parents that are not in the list are drawn to its end. */
export function layHistory(entries: readonly HistoryEntry[]): {
  readonly rows: readonly HistoryRow[];
  /** Lanes of the widest row. */
  readonly width: number;
} {
  /** Per lane the version that it leads down to; null where it is free. */
  let lanes: (string | null)[] = [];
  let width = 1;
  const rows = entries.map(({ id, parentIds }): HistoryRow => {
    const fromAbove = lanes.flatMap((target, lane) => (target === id ? [lane] : []));
    const lane = fromAbove[0] ?? firstFree(lanes);
    const passing = lanes.flatMap((target, other) =>
      target !== null && target !== id ? [other] : [],
    );
    lanes = lanes.map((target) => (target === id ? null : target));
    const toBelow = parentIds.map((parentId, index) => {
      const existing = lanes.indexOf(parentId);
      if (existing >= 0) return existing;
      // The first parent goes on in the version's own lane.
      const own = index === 0 && (lanes[lane] ?? null) === null ? lane : firstFree(lanes);
      lanes[own] = parentId;
      return own;
    });
    width = Math.max(width, lane + 1, ...[...passing, ...toBelow].map((each) => each + 1));
    return { lane, fromAbove, toBelow, passing };
  });
  return { rows, width };
}

function firstFree(lanes: readonly (string | null)[]): number {
  const free = lanes.findIndex((target) => target === null || target === undefined);
  return free < 0 ? lanes.length : free;
}
