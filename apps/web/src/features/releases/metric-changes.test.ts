import { expect, test } from 'vitest';
import { metricRows } from './metric-changes.ts';

test('a reviewer sees the known metrics in order, with what changed and whether it is for the better', () => {
  const { main, others } = metricRows([
    { name: 'verification.eer', before: 0.01, after: 0.02 },
    { name: 'theta.min', before: 1, after: 1.25 },
    { name: 'ict', before: 1, after: 1.5 },
    { name: 'intraBelowInter', before: null, after: 1 },
    { name: 'histograms.inter.counts.3', before: 1, after: 2 },
    { name: 'capacity.b', before: 1, after: 1 },
    { name: 'capacity.c', before: 1.23456, after: null },
  ]);
  expect(main).toEqual([
    { name: 'Smallest θ', before: '1.000', after: '1.250', change: '+0.250', isBetter: true },
    { name: 'ICT', before: '1.000', after: '1.500', change: '+0.500', isBetter: null },
    { name: 'Recognisable identities', before: '–', after: '100 %', change: null, isBetter: null },
    {
      name: 'Equal error rate',
      before: '1.0 %',
      after: '2.0 %',
      change: '+1.0 %',
      isBetter: false,
    },
  ]);
  expect(others).toEqual([
    { name: 'capacity.c', before: '1.235', after: '–', change: null, isBetter: null },
  ]);
});
