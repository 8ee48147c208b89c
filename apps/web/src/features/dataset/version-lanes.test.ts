/** @file Lanes of a history: continuous from every child to every parent. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HistoryEntry, layHistory } from './version-lanes.ts';

/** Histories as datasets have them, newest first: each version has up to three earlier ones as parents. */
const HISTORIES = fc
  .array(fc.uniqueArray(fc.nat(40), { maxLength: 3 }), { minLength: 1, maxLength: 30 })
  .map((parents): HistoryEntry[] =>
    parents
      .map((numbers, index) => ({
        id: String(index),
        parentIds: [...new Set(numbers.map((number) => number % Math.max(1, index)))]
          .filter(() => index > 0)
          .map(String),
      }))
      .toReversed(),
  );

test('every lane that leaves a version arrives at its parent, and at nothing in between', () => {
  fc.assert(
    fc.property(HISTORIES, (entries) => {
      const { rows, width } = layHistory(entries);
      entries.forEach(({ parentIds }, index) => {
        const row = rows[index];
        parentIds.forEach((parentId, nth) => {
          const lane = row?.toBelow[nth] ?? -1;
          expect(lane).toBeGreaterThanOrEqual(0);
          expect(lane).toBeLessThan(width);
          for (let below = index + 1; below < entries.length; below += 1) {
            if (entries[below]?.id === parentId) {
              expect(rows[below]?.fromAbove).toContain(lane);
              break;
            }
            expect(rows[below]?.passing).toContain(lane);
            expect(rows[below]?.lane).not.toBe(lane);
          }
        });
      });
      // Nothing is left hanging: all parents are in the list.
      expect(rows.at(-1)?.passing).toEqual([]);
    }),
  );
});

test('runs stand beside each other without a line; a subset and a merge hang on theirs', () => {
  const { rows, width } = layHistory([
    { id: 'merge', parentIds: ['subset', 'run 2'] },
    { id: 'run 2', parentIds: [] },
    { id: 'subset', parentIds: ['run 1'] },
    { id: 'run 1', parentIds: [] },
  ]);
  expect(width).toBe(2);
  expect(rows).toEqual([
    { lane: 0, fromAbove: [], toBelow: [0, 1], passing: [] },
    { lane: 1, fromAbove: [1], toBelow: [], passing: [0] },
    { lane: 0, fromAbove: [0], toBelow: [0], passing: [] },
    { lane: 0, fromAbove: [0], toBelow: [], passing: [] },
  ]);
});
