import { describe, expect, it } from 'vitest';

import { normal } from '../random/random.ts';
import { TrainingError } from './errors.ts';
import { foldedAccuracy, rocSummary } from './verification.ts';

const normals = (seed: number, count: number, mean: number, deviation: number): Float64Array => {
  const draws = new Float64Array(count);
  normal({ seed, stream: 999 }, draws);
  return draws.map((value) => mean + deviation * value);
};

describe('verification', () => {
  it('gives 1 and no error for scores that a threshold parts', () => {
    const genuine = Float64Array.from({ length: 100 }, (_, index) => 0.7 + index / 1000);
    const impostor = Float64Array.from({ length: 100 }, (_, index) => 0.5 - index / 1000);
    const { mean, standardDeviation, folds } = foldedAccuracy({ genuine, impostor });
    expect([mean, standardDeviation, folds.length]).toEqual([1, 0, 10]);
    // Squared distances of genuine pairs end at 0.6, those of impostors start at 1.
    for (const { threshold } of folds) {
      expect(threshold).toBeGreaterThan(0.6 - 1e-9);
      expect(threshold).toBeLessThan(1 + 1e-9);
    }
    expect(rocSummary({ genuine, impostor }, [0.1]).equalErrorRate).toBe(0);
  });

  it('finds the equal error rate and the true-accept rates of two normal distributions', () => {
    // Means two deviations apart: the crossing lies one deviation from each, Φ(-1) = 0.158655.
    const genuine = normals(1, 40_000, 0.2, 0.1);
    const impostor = normals(2, 40_000, 0, 0.1);
    const { equalErrorRate, trueAcceptRates } = rocSummary({ genuine, impostor }, [0.1, 1e-6]);
    expect(Math.abs(equalErrorRate - 0.158655)).toBeLessThan(0.006);
    // At a tail of 0.1 (z = 1.28155) the genuine share above is 1 - Φ(1.28155 - 2) = 0.76378.
    expect(Math.abs((trueAcceptRates[0]?.trueAcceptRate ?? 0) - 0.76378)).toBeLessThan(0.01);
    expect(trueAcceptRates[1]?.trueAcceptRate).toBeNull();
    const { mean } = foldedAccuracy({ genuine, impostor });
    expect(Math.abs(mean - (1 - 0.158655))).toBeLessThan(0.006);
  });

  it('chooses the threshold without looking at the fold that is tested', () => {
    // Only the last fold's impostors score above the genuine ones: chosen elsewhere, the threshold lets them in.
    const genuine = new Float64Array(100).fill(0.8);
    const impostor = new Float64Array(100).fill(0.1).fill(0.9, 90);
    const { folds } = foldedAccuracy({ genuine, impostor });
    expect(folds[9]?.accuracy).toBe(0.5);
  });

  it('says how many pairs it needs', () => {
    expect(() =>
      foldedAccuracy({ genuine: new Float64Array(3), impostor: new Float64Array(30) }),
    ).toThrow(TrainingError);
  });
});
