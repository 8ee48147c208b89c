import { expect, test } from 'vitest';
import { formatChange, formatMetric, metricWords } from './metric-words.ts';

test.each([
  ['theta.min', 1.0361, 1.2, '1.036', '+0.164'],
  ['aboveIct', 0.5, 0.25, '50.0 %', '−25 points'],
  ['verification.genuine', 1200, 1000, '1,200', '−200'],
  ['eer', 0.1, null, '10.0 %', '–'],
  ['ict', 1, 1, '1.000', 'same'],
  ['something.new', 0.00001, 0.00002, '1.000e-5', '+1.000e-5'],
])('%s is written in its unit, and so is its change', (name, before, after, text, change) => {
  const { unit } = metricWords(name);
  expect(formatMetric(before, unit)).toBe(text);
  expect(formatChange(before, after, unit)).toBe(change);
});
