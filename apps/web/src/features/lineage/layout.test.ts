/** @file Layouts of lineages: boxes apart, arrows along the flow. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Arrow, type Box, placeLineage } from './layout.ts';

/** Random graphs whose arrows lead from lower to higher numbers, as time does. */
const GRAPHS = fc.integer({ min: 1, max: 24 }).chain((count) =>
  fc.record({
    boxes: fc.constant(
      Array.from({ length: count }, (_, index): Box => {
        return { id: String(index), width: 200, height: index % 3 === 0 ? 112 : 64 };
      }),
    ),
    arrows: fc
      .array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 40 })
      .map((pairs) =>
        pairs
          .filter(([a, b]) => a !== b)
          .map(([a, b]): Arrow => ({
            sourceId: String(Math.min(a, b)),
            targetId: String(Math.max(a, b)),
            label: 'recipe',
          })),
      ),
    flow: fc.constantFrom('LR' as const, 'TB' as const),
  }),
);

test('no two boxes touch, all lie inside, and what made something stands before it', () => {
  fc.assert(
    fc.property(GRAPHS, ({ boxes, arrows, flow }) => {
      const placement = placeLineage(boxes, arrows, flow);
      const byId = new Map(placement.boxes.map((box) => [box.id, box]));
      for (const a of placement.boxes) {
        expect(a.x).toBeGreaterThanOrEqual(0);
        expect(a.y).toBeGreaterThanOrEqual(0);
        expect(a.x + a.width).toBeLessThanOrEqual(placement.width);
        expect(a.y + a.height).toBeLessThanOrEqual(placement.height);
        for (const b of placement.boxes) {
          if (a.id >= b.id) continue;
          const apart =
            a.x + a.width <= b.x ||
            b.x + b.width <= a.x ||
            a.y + a.height <= b.y ||
            b.y + b.height <= a.y;
          expect(apart, `${a.id} and ${b.id}`).toBe(true);
        }
      }
      for (const { sourceId, targetId, path } of placement.arrows) {
        const [source, target] = [byId.get(sourceId), byId.get(targetId)];
        expect(path).toMatch(/^M[\d.-]+ [\d.-]+( [QL][\d. -]+)+$/);
        if (source === undefined || target === undefined) throw new Error('a box is missing');
        if (flow === 'LR') expect(source.x + source.width).toBeLessThan(target.x);
        else expect(source.y + source.height).toBeLessThan(target.y);
      }
    }),
    { numRuns: 60 },
  );
});

test('two relations between the same things are two arrows with two labels', () => {
  const boxes = ['model', 'set'].map((id) => ({ id, width: 100, height: 40 }));
  const ends = { sourceId: 'model', targetId: 'set' };
  const { arrows } = placeLineage(
    boxes,
    [
      { ...ends, label: 'generator' },
      { ...ends, label: 'recogniser' },
    ],
    'LR',
  );
  const [first, second] = arrows;
  expect(first?.path).not.toBe(second?.path);
  expect([first?.y, second?.y]).toEqual([expect.any(Number), expect.any(Number)]);
  expect(first?.y).not.toBe(second?.y);
});
