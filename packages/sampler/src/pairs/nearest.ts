/** @file The nearest other row of every row. */

import { angleBetween } from './exact.ts';
import { nearestGraph } from './graphs.ts';
import { indices, numbers, runTiles, upperTiles } from './tiles.ts';
import type { SharedRows, TileSessions } from './tiles.ts';

export interface Nearest {
  /** Index of the nearest other row, [N]. */
  readonly index: Int32Array;
  /** Its angle, radians, [N]. */
  readonly theta: Float32Array;
}

export async function findNearest(
  sessions: TileSessions,
  rows: SharedRows,
  options: {
    readonly block: number;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((share: number) => void) | undefined;
  },
): Promise<Nearest> {
  const best = new Float32Array(rows.count).fill(-3);
  const index = new Int32Array(rows.count).fill(-1);
  const offer = (at: number, cosine: number, other: number): void => {
    if (cosine > (best[at] ?? 0)) {
      best[at] = cosine;
      index[at] = other;
    }
  };
  const tiles = upperTiles(rows.blocks(options.block));
  let taken = 0;
  await runTiles(tiles, {
    ahead: sessions.ahead,
    signal: options.signal,
    start: async (tile) => {
      const kind = tile.diagonal ? 'diagonal' : 'off';
      const session = await sessions.get(`nearest ${kind} ${rows.dim}`, () =>
        nearestGraph(kind, rows.dim),
      );
      return session.run(sessions.tileFeeds(tile));
    },
    take: ({ rows: r, columns: c, diagonal }, outputs) => {
      const rowBest = numbers(outputs, 'row_best');
      const rowIndex = indices(outputs, 'row_index');
      rowBest.forEach((cosine, i) => offer(r.first + i, cosine, c.first + Number(rowIndex[i])));
      taken += 1;
      options.onProgress?.(taken / tiles.length);
      if (diagonal) return;
      const columnBest = numbers(outputs, 'column_best');
      const columnIndex = indices(outputs, 'column_index');
      columnBest.forEach((cosine, j) =>
        offer(c.first + j, cosine, r.first + Number(columnIndex[j])),
      );
    },
  });
  const theta = Float32Array.from(index, (j, i) =>
    angleBetween({ a: rows.data, i, b: rows.data, j, dim: rows.dim }),
  );
  return { index, theta };
}
