import { expect, test } from 'vitest';
import { capacityCurve, decades, rocCurve } from './measures.ts';

test('the ROC begins where the impostor pairs resolve it', () => {
  const roc = [
    { far: 0, tar: 0.2 },
    { far: 0.01, tar: 0.6 },
    { far: 1, tar: 1 },
  ];
  expect(rocCurve({ roc, impostors: 100 })).toEqual(roc.slice(1));
});

test('capacity goes on beyond what was measured, and only where there is a formula', () => {
  const points = [{ n: 2, share: 1, deviation: 0 }];
  expect(capacityCurve({ points, fit: null })).toEqual([{ n: 2, measured: 1, formula: null }]);
  const fit = { b: 1, c: 0.1, residual: 0, extrapolated: [{ n: 200, share: 0 }] };
  expect(capacityCurve({ points, fit })).toEqual([
    { n: 2, measured: 1, formula: Math.exp(-0.1) },
    { n: 200, measured: null, formula: 0 },
  ]);
});

test('ticks are the powers of ten that span a range', () => {
  expect(decades(3e-6, 1)).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]);
  expect(decades(2, 500)).toEqual([1, 10, 100]);
});
