import { assert, asyncProperty, constantFrom, double, integer, record } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { normal } from '../random/random.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { naiveAngle, naiveRepulsion, tangentRows, unitRows } from '../testing/naive-pairs.ts';
import { angleOfVersine, openPairs } from './index.ts';

const SEED = 20261123;
let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
});
afterAll(() => runtime.close());

/** Unit rows around `groups` centres; `spread` 0 makes the rows of a group identical. */
function embeddings(
  n: number,
  dim: number,
  options: { seed: number; groups: number; spread: number },
): Float32Array {
  const centres = new Float32Array(options.groups * dim);
  normal({ seed: options.seed, stream: 8 }, centres);
  const e = new Float32Array(n * dim);
  normal({ seed: options.seed, stream: 9 }, e);
  for (let i = 0; i < n; i++) {
    const centre = (i % options.groups) * dim;
    const row = e.subarray(i * dim, (i + 1) * dim);
    for (let d = 0; d < dim; d++) {
      row[d] = (centres[centre + d] ?? 0) + options.spread * (row[d] ?? 0);
    }
    const norm = Math.hypot(...row);
    for (let d = 0; d < dim; d++) row[d] = (row[d] ?? 0) / norm;
  }
  return e;
}

const ZCase = record({
  n: integer({ min: 2, max: 40 }),
  dim: constantFrom(2, 5, 16, 33),
  block: integer({ min: 1, max: 17 }),
  groups: integer({ min: 1, max: 12 }),
  spread: constantFrom(0, 1e-5, 1e-3, 0.1, 1),
  seed: integer({ min: 0, max: 1e6 }),
  radius: double({ min: 0.2, max: 3, noNaN: true }),
  ict: double({ min: 0.1, max: 2, noNaN: true }),
});

describe('all pairs in blocks', () => {
  test('repulsion and statistics equal the float64 sum over single pairs, close and identical ones included', async () => {
    await assert(
      asyncProperty(ZCase, async ({ n, dim, block, groups, spread, seed, radius, ict }) => {
        const e = embeddings(n, dim, { seed, groups, spread });
        const engine = openPairs(runtime, { embeddingDim: dim, block });
        const { gradient, statistics } = await engine.repulsion(e, {
          radius,
          coefficient: 1.5,
          ict,
        });
        const plain = await engine.statistics(e, { ict });
        await engine.close();
        const rows = unitRows({ data: e, dim });
        const thetas = rows.flatMap((a, i) => rows.slice(i + 1).map((b) => naiveAngle(a, b)));
        const mean = thetas.reduce((sum, t) => sum + t, 0) / thetas.length;
        expect(Math.abs(statistics.theta.min - Math.min(...thetas))).toBeLessThan(2e-5);
        expect(Math.abs(statistics.theta.mean - mean)).toBeLessThan(2e-5);
        expect(Math.abs(statistics.theta.max - Math.max(...thetas))).toBeLessThan(1e-3);
        const near = thetas.filter((t) => Math.abs(t - ict) < 1e-3).length;
        const above = thetas.filter((t) => t > ict).length;
        expect(Math.abs(statistics.aboveIct * thetas.length - above)).toBeLessThanOrEqual(
          near + 1e-6,
        );
        expect(plain).toEqual(statistics);
        const { first = 0, second = 0, theta } = statistics.closest ?? {};
        expect(Math.abs((theta ?? Infinity) - Math.min(...thetas))).toBeLessThan(2e-5);
        expect(theta).toBeCloseTo(naiveAngle(rows[first] ?? [], rows[second] ?? []), 5);
        const expected = naiveRepulsion(rows, rows, { radius, coefficient: 1.5, skipSelf: true });
        const got = tangentRows(gradient, rows);
        // Pairs closer than 1e-6 rad have no direction in float32 rows; each may add up to k d0.
        const undirected = thetas.filter((t) => t < 1e-5).length;
        if (undirected > 0) return;
        const scale = Math.max(1e-3, ...expected.map((row) => Math.hypot(...row)));
        got.forEach((row, i) => {
          const difference = Math.hypot(...row.map((x, d) => x - (expected[i]?.[d] ?? 0)));
          expect(difference / scale).toBeLessThan(2e-3);
        });
      }),
      { seed: SEED, numRuns: 60 },
    );
  }, 60_000);

  test('identical embeddings have distance 0 and are not torn apart at random', async () => {
    const engine = openPairs(runtime, { embeddingDim: 4, block: 2 });
    const e = Float32Array.from({ length: 12 }, (_, i) => (i % 4 === 1 ? 1 : 0));
    const { gradient, statistics } = await engine.repulsion(e, {
      radius: 1,
      coefficient: 1,
      ict: 0.5,
    });
    expect(statistics).toEqual({
      theta: { min: 0, mean: 0, max: 0 },
      aboveIct: 0,
      pairs: 3,
      closest: { first: 0, second: 1, theta: 0 },
    });
    expect(gradient.every((x) => x === 0)).toBe(true);
    await engine.close();
  });

  test('repulsion from a gallery equals the float64 sum', async () => {
    const dim = 12;
    const e = embeddings(21, dim, { seed: 1, groups: 21, spread: 1 });
    const gallery = embeddings(35, dim, { seed: 2, groups: 35, spread: 1 });
    const engine = openPairs(runtime, { embeddingDim: dim, block: 8 });
    const options = { radius: 1.5, coefficient: 2, ict: 1 };
    const { gradient, statistics } = await engine.galleryRepulsion(e, gallery, options);
    const rows = unitRows({ data: e, dim });
    const fixed = unitRows({ data: gallery, dim });
    const expected = naiveRepulsion(rows, fixed, { radius: 1.5, coefficient: 2, skipSelf: false });
    tangentRows(gradient, rows).forEach((row, i) => {
      const length = Math.hypot(...(expected[i] ?? []));
      const difference = Math.hypot(...row.map((x, d) => x - (expected[i]?.[d] ?? 0)));
      expect(difference).toBeLessThan(1e-5 * Math.max(1, length));
    });
    expect(statistics.pairs).toBe(21 * 35);
    await engine.close();
  });

  test('nearest neighbours, latent distances and the scan agree with single pairs', async () => {
    await assert(
      asyncProperty(ZCase, async ({ n, dim, block, seed }) => {
        const e = embeddings(n, dim, { seed, groups: n, spread: 1 });
        const engine = openPairs(runtime, { embeddingDim: dim, block });
        const rows = unitRows({ data: e, dim });
        const nearest = await engine.nearest(e);
        rows.forEach((a, i) => {
          const others = rows.map((b, j) => (i === j ? Infinity : naiveAngle(a, b)));
          expect(Math.abs((nearest.theta[i] ?? 0) - Math.min(...others))).toBeLessThan(1e-4);
          expect(
            Math.abs((others[nearest.index[i] ?? -1] ?? 9) - (nearest.theta[i] ?? 0)),
          ).toBeLessThan(1e-6);
        });
        const seen: number[] = [];
        await engine.scan(e, ({ versines }) => seen.push(...Array.from(versines, angleOfVersine)));
        const thetas = rows.flatMap((a, i) => rows.slice(i + 1).map((b) => naiveAngle(a, b)));
        seen.sort((a, b) => a - b);
        thetas.sort((a, b) => a - b);
        expect(seen.length).toBe(thetas.length);
        seen.forEach((t, i) => expect(Math.abs(t - (thetas[i] ?? 0))).toBeLessThan(1e-3));
        const w = e.map((x, i) => x * (1 + (i % 7)) + 3);
        const centre = new Float32Array(dim).fill(3);
        const distances = await engine.distances(w, { centre });
        const all: number[] = [];
        for (let i = 0; i < n; i++) {
          for (let j = i + 1; j < n; j++) {
            let square = 0;
            for (let d = 0; d < dim; d++)
              square += ((w[i * dim + d] ?? 0) - (w[j * dim + d] ?? 0)) ** 2;
            all.push(Math.sqrt(square));
          }
        }
        expect(Math.abs(distances.min - Math.min(...all))).toBeLessThan(1e-4);
        expect(Math.abs(distances.max - Math.max(...all))).toBeLessThan(1e-4);
        expect(Math.abs(distances.mean - all.reduce((s, x) => s + x, 0) / all.length)).toBeLessThan(
          1e-4,
        );
        await engine.close();
      }),
      { seed: SEED, numRuns: 25 },
    );
  }, 60_000);
});
