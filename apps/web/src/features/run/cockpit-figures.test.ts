import { expect, test } from 'vitest';
import type { IterationPointFragment } from '@/generated/graphql.ts';
import {
  forceRows,
  isAtRest,
  iterationRate,
  phaseSeconds,
  spreadAt,
  timedPoints,
} from './cockpit-figures.ts';

function point(iteration: number, statistics: unknown): IterationPointFragment {
  return {
    stage: 'REFERENCES',
    iteration,
    thetaMin: 1,
    thetaMean: 1,
    thetaMax: 1,
    aboveIct: 1,
    timestep: 0.1,
    statistics,
  };
}

const spread = (mean: number) => ({ min: mean - 1, mean, max: mean + 1 });
const POINTS = [
  point(0, {
    forces: { interaction: spread(3), total: spread(4) },
    seconds: { pairs: 1, pullback: 2, update: 0, embed: 1 },
  }),
  point(1, {
    forces: { interaction: spread(2), total: spread(3) },
    seconds: { pairs: 1, pullback: 1, update: 0, embed: 0 },
  }),
  // The final state takes no step.
  point(2, { forces: null, seconds: { pairs: 0, pullback: 0, update: 0, embed: 0 } }),
];

test('forces are those of the last step, with their means over all steps', () => {
  expect(forceRows(POINTS)).toEqual([
    { name: 'interaction', label: 'Repulsion', latest: spread(2), means: [3, 2] },
    { name: 'total', label: 'Total', latest: spread(3), means: [4, 3] },
  ]);
  expect(forceRows(POINTS.slice(2))).toEqual([]);
});

test('the rate counts identities over the time of the latest iterations', () => {
  expect(iterationRate(POINTS, 30)).toBe((30 * 2) / 6);
  expect(iterationRate(POINTS.slice(2), 30)).toBeNull();
  expect(phaseSeconds(POINTS[1] as IterationPointFragment).map(({ name }) => name)).toEqual([
    'pairs',
    'pullback',
  ]);
});

test('the last state, from which no step is taken, does not say how long an iteration takes', () => {
  const [first, second] = POINTS;
  const last = {
    ...point(2, { forces: null, seconds: { pairs: 0.01, pullback: 0, update: 0, embed: 0 } }),
    timestep: null,
  };
  const points = [first, second, last].flatMap((each) => each ?? []);
  expect(timedPoints(points)).toEqual([first, second]);
  expect(iterationRate(points, 30)).toBe((30 * 2) / 6);
  // Where identities are placed one after another, there are no steps.
  expect(timedPoints([last])).toEqual([last]);
});

test('what is missing or no number is not shown', () => {
  expect(spreadAt({ theta: { min: 1, mean: Number.NaN, max: 2 } }, ['theta'])).toBeNull();
  expect(spreadAt(null, ['theta'])).toBeNull();
  expect(spreadAt({ theta: spread(2) }, ['theta'])).toEqual(spread(2));
});

test('references are at rest where a later stage began before their last iteration', () => {
  const last = point(3, {});
  expect(isAtRest({ stage: 'VARIATIONS' }, last, 20)).toBe(true);
  expect(isAtRest({ stage: 'VARIATIONS' }, last, 3)).toBe(false);
  // Still at it, cancelled in it, or an algorithm without iterations.
  expect(isAtRest({ stage: 'REFERENCES' }, last, 20)).toBe(false);
  expect(isAtRest({ stage: null }, last, 20)).toBe(false);
  expect(isAtRest({ stage: 'COMMIT' }, last, null)).toBe(false);
});
