import { expect, test } from 'vitest';
import { outline, peak, shareAt, ticks, visibleRange } from './histogram.ts';

const HISTOGRAM = { from: 0, to: 2, counts: [0, 3, 1, 0] };

test('the range shows every filled bin and the threshold', () => {
  expect(visibleRange([HISTOGRAM], 1.2).to).toBeCloseTo(1.5 * 1.06, 12);
  expect(visibleRange([HISTOGRAM], 2).to).toBeCloseTo(2.12, 12);
  expect(visibleRange([], null)).toEqual({ from: 0, to: Math.PI });
});

test('the outline steps from bin to bin and closes on the base line', () => {
  const frame = { from: 0, to: 2, top: 1, width: 200, height: 100 };
  expect(outline(HISTOGRAM, frame)).toBe(
    'M0.0 100.0V100.0H50.0V25.0H100.0V75.0H150.0V100.0H200.0V100.0Z',
  );
});

test('a reading under the pointer is the share of its bin', () => {
  expect(shareAt(HISTOGRAM, 0.75)).toBe(0.75);
  expect(shareAt(HISTOGRAM, 9)).toBe(0);
  expect(peak([HISTOGRAM])).toBe(0.75);
});

test('ticks are round and inside', () => {
  expect(ticks(0, 2.1, 4)).toEqual([0, 1, 2]);
  expect(ticks(0, 1, 4).length).toBe(5);
});
