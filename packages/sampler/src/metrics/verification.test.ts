import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { verification } from './index.ts';

interface Fixture {
  readonly genuine: readonly number[];
  readonly impostor: readonly number[];
  readonly far: readonly number[];
  readonly tar: readonly number[];
  readonly theta: readonly (number | null)[];
  readonly equalErrorRate: number;
}

test("ROC, equal error rate and TAR at FAR are scikit-learn's", async () => {
  const file = new URL('fixtures/roc-curve.json', import.meta.url);
  const fixture = JSON.parse(await readFile(file, 'utf8')) as Fixture;
  const found = await verification({
    genuine: Float32Array.from(fixture.genuine),
    impostor: Float32Array.from(fixture.impostor),
  });
  expect(Math.abs(found.eer - fixture.equalErrorRate)).toBeLessThan(1e-12);
  // scikit-learn accepts at its threshold too, we below ours: its point before the first threshold not below ours.
  const theirs = (theta: number): { far: number; tar: number } => {
    const at = fixture.theta.findLastIndex((each) => each === null || Math.fround(each) < theta);
    return { far: fixture.far[at] ?? 0, tar: fixture.tar[at] ?? 0 };
  };
  expect(found.roc.length).toBeGreaterThan(40);
  for (const { far, tar, theta } of found.roc) expect({ far, tar }).toEqual(theirs(theta));
  for (const { far, tar, theta } of found.tarAtFar) {
    if (theta === null || tar === null) {
      expect(far * fixture.impostor.length).toBeLessThan(1);
      continue;
    }
    expect(tar).toBe(theirs(theta).tar);
    expect(theirs(theta).far).toBeLessThanOrEqual(far);
    // No looser threshold keeps the rate: the next higher angle would let too many in, or lets no more genuine in.
    const best = Math.max(...fixture.tar.filter((_, i) => (fixture.far[i] ?? 1) <= far));
    expect(best - tar).toBeLessThan(0.02);
  }
});
