/** @file Every pair's angle handed out, for what no graph counts: histograms, order statistics, lists of pairs. */

import { versineBetween } from './exact.ts';
import { CLOSE_COSINE, cosineGraph } from './graphs.ts';
import { crossTiles, numbers, runTiles, upperTiles } from './tiles.ts';
import type { SharedRows, TileSessions } from './tiles.ts';

/** A run of pairs of one row. The object and its array are reused: copy what is to be kept. */
export interface ScanLine {
  row: number;
  /** Index of the other row of the first pair; the following ones count up from it. */
  column: number;
  /**
   * 1 - cos θ of the pairs. It orders pairs as θ does and costs no arccosine; float32 holds it with full
   * precision down to 0, pairs closer than 0.01 rad being computed in float64.
   */
  versines: Float32Array;
}

/** The angle that belongs to 1 - cos θ. */
export function angleOfVersine(versine: number): number {
  return 2 * Math.asin(Math.sqrt(Math.min(1, Math.max(0, versine / 2))));
}

/** 1 - cos θ. */
export function versineOfAngle(theta: number): number {
  return 2 * Math.sin(theta / 2) ** 2;
}

/** All unordered pairs of `rows`, or with `others` every row against every one of them, in a fixed order. */
export async function scanPairs(
  sessions: TileSessions,
  sides: { readonly rows: SharedRows; readonly others: SharedRows | null },
  options: {
    readonly block: number;
    readonly take: (line: Readonly<ScanLine>) => void;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const { rows, others } = sides;
  const { block, take, signal } = options;
  const columns = others ?? rows;
  const blocks = rows.blocks(block);
  const tiles = others === null ? upperTiles(blocks) : crossTiles(blocks, others.blocks(block));
  const buffer = new Float32Array(block);
  const line: ScanLine = { row: 0, column: 0, versines: buffer };
  await runTiles(tiles, {
    ahead: sessions.ahead,
    signal,
    start: async (tile) => {
      const session = await sessions.get('cosine', () => cosineGraph(rows.dim));
      return session.run({ rows: tile.rows.tensor, columns: tile.columns.tensor });
    },
    take: ({ rows: r, columns: c, diagonal }, outputs) => {
      const cosine = numbers(outputs, 'cosine');
      for (let i = 0; i < r.count; i++) {
        const start = diagonal ? i + 1 : 0;
        const at = i * c.count;
        for (let j = start; j < c.count; j++) {
          const value = cosine[at + j] ?? 0;
          buffer[j - start] =
            value > CLOSE_COSINE
              ? versineBetween({
                  a: rows.data,
                  i: r.first + i,
                  b: columns.data,
                  j: c.first + j,
                  dim: rows.dim,
                })
              : Math.min(2, 1 - value);
        }
        if (c.count === start) continue;
        line.row = r.first + i;
        line.column = c.first + start;
        line.versines = buffer.subarray(0, c.count - start);
        take(line);
      }
    },
  });
}
