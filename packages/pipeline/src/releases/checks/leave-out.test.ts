import { expect, test } from 'vitest';
import { assert, asyncProperty, double, integer, record } from 'fast-check';

import { rowsToLeave } from './leave-out.ts';

const { signal } = new AbortController();

/** Points on the unit circle: the angle between two rows is the difference of their numbers, at most π. */
function circle(angles: readonly number[]): Float32Array {
  return Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
}

/** The nearest other row of each, by definition. */
const plain = {
  nearest: async (rows: Float32Array) => {
    const count = rows.length / 2;
    const theta = new Float32Array(count).fill(Math.PI);
    const index = new Int32Array(count).fill(-1);
    for (let a = 0; a < count; a += 1) {
      for (let b = 0; b < count; b += 1) {
        const cosine =
          (rows[2 * a] ?? 0) * (rows[2 * b] ?? 0) + (rows[2 * a + 1] ?? 0) * (rows[2 * b + 1] ?? 0);
        const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
        if (a === b || angle >= (theta[a] ?? 0)) continue;
        theta[a] = angle;
        index[a] = b;
      }
    }
    return { theta, index };
  },
};

const leave = (angles: readonly number[], least: number) =>
  rowsToLeave(plain, { rows: circle(angles), dim: 2, least, signal });

test('of a pair one stays, and the middle of a crowd goes before its ends', async () => {
  expect(await leave([0, 1, 2], 0.5)).toEqual([]);
  expect(await leave([0, 0.1, 2], 0.5)).toEqual([1]);
  expect(await leave([0.4, 0, 0.8], 0.5)).toEqual([0]);
  expect(await leave([0], 0.5)).toEqual([]);
});

test('what stays is far enough apart, and nobody goes who is far from all', async () => {
  await assert(
    asyncProperty(
      record({
        count: integer({ min: 1, max: 24 }),
        seed: integer({ min: 1, max: 1e6 }),
        least: double({ min: 0.01, max: 1.5, noNaN: true }),
      }),
      async ({ count, seed, least }) => {
        const angles = [...Array(count).keys()].map((k) => ((seed * (k + 1) * 0.618034) % 1) * 3);
        const leaving = await leave(angles, least);
        const { theta: before } = await plain.nearest(circle(angles));
        for (const row of leaving) expect(before[row]).toBeLessThan(least);
        const rest = angles.filter((_, row) => !leaving.includes(row));
        expect(rest).not.toHaveLength(0);
        const { theta } = await plain.nearest(circle(rest));
        for (const angle of theta) expect(angle).toBeGreaterThanOrEqual(least);
      },
    ),
  );
});
