import { expect, test } from 'vitest';
import { readMetrics, shares } from './metrics.ts';

test('the metrics a run writes are read with their histograms and rates', () => {
  const metrics = readMetrics({
    theta: { min: 1.02, mean: 1.4, max: 2.1 },
    aboveIct: 0.99,
    ict: 1,
    intraBelowInter: 1,
    intra: { mean: 0.4, max: 0.7 },
    histograms: { inter: { edges: [0, 1, 2], counts: [1, 3] }, intra: null },
    verification: { eer: 0.01, tarAtFar: [{ far: 0.1, tar: 1, theta: 1.1 }] },
    before: { theta: { min: 0.3, mean: 1.1, max: 2 }, aboveIct: 0.7 },
    after: { thetaMin: 1.02, thetaMean: 1.4, aboveIct: 0.99 },
  });
  expect(metrics.inter).toEqual({ from: 0, to: 2, counts: [1, 3] });
  expect(metrics.intra).toBeNull();
  expect(metrics.tarAtFar).toEqual([{ far: '0.1', tar: 1 }]);
  expect(metrics.before).toEqual({ thetaMin: 0.3, thetaMean: 1.1, aboveIct: 0.7 });
  expect(metrics.eer).toBe(0.01);
});

test('metrics that are missing or of another form are null, not an error', () => {
  for (const json of [
    null,
    'broken',
    [],
    { theta: 'x', histograms: { inter: { counts: ['a'] } } },
  ]) {
    const metrics = readMetrics(json);
    expect(metrics.thetaMin).toBeNull();
    expect(metrics.inter).toBeNull();
    expect(metrics.before).toBeNull();
  }
});

test('shares of a histogram add up to one, also of an empty one to none', () => {
  expect(shares({ from: 0, to: 1, counts: [1, 3] })).toEqual([0.25, 0.75]);
  expect(shares({ from: 0, to: 1, counts: [0, 0] })).toEqual([0, 0]);
});
