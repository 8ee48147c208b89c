/** @file Which identities a subset has to leave out for the others to be as far apart as a budget asks. */

import type { PairEngine } from '@colloid/sampler';

interface Crowd {
  /** `[N, dim]`, unit rows. */
  readonly rows: Float32Array;
  /** Numbers in a row. */
  readonly dim: number;
  /** Angle that no two of what stays are under, radians. */
  readonly least: number;
  readonly signal: AbortSignal;
}

/**
 * Numbers of rows, ascending, without which no two rows are nearer than `least`. Found in rounds: the row that
 * most others have as their nearest goes first, and of two alike the later one, so that of a pair one stays. It is
 * not the smallest such set, which would take exponential time; each round takes at least one row of every pair of
 * rows that are each other's nearest.
 */
export async function rowsToLeave(
  engine: Pick<PairEngine, 'nearest'>,
  { rows, dim, least, signal }: Crowd,
): Promise<readonly number[]> {
  let staying = [...Array(rows.length / dim).keys()];
  const leaving: number[] = [];
  while (staying.length > 1) {
    signal.throwIfAborted();
    const { theta, index } = await engine.nearest(pick(rows, dim, staying), { signal });
    const close = [...theta.keys()].filter((at) => (theta[at] ?? Math.PI) < least);
    if (close.length === 0) break;
    const gone = crowded(close, index);
    leaving.push(...staying.filter((_, at) => gone.has(at)));
    staying = staying.filter((_, at) => !gone.has(at));
  }
  return leaving.toSorted((a, b) => a - b);
}

/** One end of every pair of a row and its nearest, both still there. */
function crowded(close: readonly number[], nearest: ArrayLike<number>): ReadonlySet<number> {
  const named = new Map<number, number>();
  for (const at of close) {
    const other = nearest[at] ?? -1;
    named.set(other, (named.get(other) ?? 0) + 1);
  }
  const weight = (at: number): number => named.get(at) ?? 0;
  const gone = new Set<number>();
  for (const at of close.toSorted((a, b) => weight(b) - weight(a) || b - a)) {
    const other = nearest[at] ?? -1;
    if (gone.has(at) || gone.has(other)) continue;
    gone.add(
      weight(other) > weight(at) || (weight(other) === weight(at) && other > at) ? other : at,
    );
  }
  return gone;
}

function pick(rows: Float32Array, dim: number, wanted: readonly number[]): Float32Array {
  const picked = new Float32Array(wanted.length * dim);
  for (const [to, from] of wanted.entries())
    picked.set(rows.subarray(from * dim, (from + 1) * dim), to * dim);
  return picked;
}
