import { asyncProperty, assert, constantFrom, integer, record } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { normal } from '../random/random.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { naiveAngle, unitRows } from '../testing/naive-pairs.ts';
import { measure, verification } from './index.ts';

const SEED = 7;
let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
});
afterAll(() => runtime.close());

/** Angles in 0..π; a grid makes ties. */
function angles(n: number, options: { seed: number; mean: number; grid: number }): Float32Array {
  const out = new Float32Array(n);
  normal({ seed: options.seed, stream: 8 }, out);
  return out.map((x) => {
    const value = Math.min(3.1, Math.max(0, options.mean + 0.3 * x));
    return options.grid === 0 ? value : Math.round(value / options.grid) * options.grid;
  });
}

describe('verification figures', () => {
  test('equal those of sorted lists, with and without ties', async () => {
    await assert(
      asyncProperty(
        record({
          genuine: integer({ min: 1, max: 60 }),
          impostors: integer({ min: 1, max: 300 }),
          grid: constantFrom(0, 0.05, 0.3),
          mean: constantFrom(0.4, 1, 1.5),
          seed: integer({ min: 0, max: 1e6 }),
        }),
        async ({ genuine: g, impostors: m, grid, mean, seed }) => {
          const genuine = angles(g, { seed, mean, grid });
          const impostor = angles(m, { seed: seed + 1, mean: 1.5, grid });
          const result = await verification({ genuine, impostor });
          const sorted = impostor.toSorted();
          for (const { far, tar, theta } of result.tarAtFar) {
            if (theta === null) {
              expect(far * m).toBeLessThan(1);
              continue;
            }
            expect(theta).toBe(sorted[Math.floor(far * m)]);
            expect(sorted.filter((x) => x < theta).length / m).toBeLessThanOrEqual(far);
            expect(tar).toBe(genuine.filter((x) => x < theta).length / g);
          }
          expect(result.tarAtFar.map(({ far }) => far)).toEqual([
            0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6,
          ]);
          // The best threshold of all: no other one makes the two errors more equal.
          const thresholds = [-1, ...genuine, ...impostor];
          const errors = thresholds.map((t) => ({
            far: impostor.filter((x) => x <= t).length / m,
            frr: genuine.filter((x) => x > t).length / g,
          }));
          const gap = Math.min(...errors.map(({ far, frr }) => Math.abs(far - frr)));
          const best = errors.filter(({ far, frr }) => Math.abs(Math.abs(far - frr) - gap) < 1e-12);
          const near = best.some(({ far, frr }) => Math.abs((far + frr) / 2 - result.eer) < 1e-12);
          expect(near, JSON.stringify({ eer: result.eer, best })).toBe(true);
        },
      ),
      { seed: SEED, numRuns: 40 },
    );
  });

  test('an empty side is refused', async () => {
    const one = Float32Array.of(1);
    await expect(verification({ genuine: one, impostor: new Float32Array(0) })).rejects.toThrow(
      /at least one/,
    );
  });
});

describe('the measures of a dataset', () => {
  test('count identities whose variations stay below their nearest other identity', async () => {
    const dim = 3;
    // Three references on a circle at 0, 0.5 and 2 radians.
    const at = [0, 0.5, 2];
    const embeddings = Float32Array.from(at.flatMap((t) => [Math.cos(t), Math.sin(t), 0]));
    const theta = Float32Array.of(0.1, 0.2, 0.1, 0.7, 1.2, 0.3);
    const measures = await measure(runtime, {
      references: { embeddings },
      variations: { variations: 2, theta },
      ict: 1,
      embeddingDim: dim,
    });
    expect(measures.identities).toBe(3);
    expect([...measures.nearest.index]).toEqual([1, 0, 1]);
    expect(Math.abs((measures.nearest.theta[2] ?? 0) - 1.5)).toBeLessThan(1e-6);
    expect(measures.aboveIct).toBeCloseTo(2 / 3, 9);
    expect(measures.identitiesAboveIct).toBeCloseTo(1 / 3, 9);
    // 0.2 < 0.5 holds, 0.7 < 0.5 does not, 1.2 < 1.5 holds.
    expect(measures.intraBelowInter).toBeCloseTo(2 / 3, 9);
    expect(measures.intra?.maxTheta).toEqual(Float32Array.of(0.2, 0.7, 1.2));
    expect(measures.histograms.inter.counts.reduce((a, b) => a + b, 0)).toBe(3);
    expect(measures.histograms.intra?.counts.reduce((a, b) => a + b, 0)).toBe(6);
    const rows = unitRows({ data: embeddings, dim });
    expect(Math.abs(measures.theta.max - naiveAngle(rows[0] ?? [], rows[2] ?? []))).toBeLessThan(
      1e-6,
    );
    expect(measures.verification).toMatchObject({ genuine: 6, impostors: 3 });
  });

  test('without variations there is nothing intra-class to say', async () => {
    const embeddings = Float32Array.of(1, 0, 0, 1);
    const measures = await measure(runtime, {
      references: { embeddings },
      ict: 1,
      embeddingDim: 2,
    });
    expect(measures).toMatchObject({ intra: null, intraBelowInter: null, verification: null });
  });
});
