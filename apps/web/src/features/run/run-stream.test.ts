import { expect, test } from 'vitest';
import type { IterationPointFragment, RunStage } from '@/generated/graphql.ts';
import { EMPTY_STREAM, iterationsOf, knownSoFar, mergeReport } from './run-stream.ts';

function iteration(stage: RunStage, number: number, thetaMin = 0): IterationPointFragment {
  return {
    stage,
    iteration: number,
    thetaMin,
    thetaMean: null,
    thetaMax: null,
    aboveIct: null,
    timestep: null,
    statistics: {},
  };
}

test('iterations stay in order whichever way they arrive, and none is shown twice', () => {
  const live = mergeReport(EMPTY_STREAM, { iterations: [iteration('REFERENCES', 4)] });
  const caughtUp = mergeReport(live, {
    iterations: [
      iteration('VARIATIONS', 0),
      iteration('REFERENCES', 3),
      iteration('REFERENCES', 4, 0.5),
    ],
  });
  expect(caughtUp.iterations.map((each) => [each.stage, each.iteration])).toEqual([
    ['REFERENCES', 3],
    ['REFERENCES', 4],
    ['VARIATIONS', 0],
  ]);
  // What a successor of a lost worker reports again replaces the first report.
  expect(iterationsOf(caughtUp, 'REFERENCES')[1]?.thetaMin).toBe(0.5);
});

test('after a gap exactly what is missing is asked for', () => {
  const stream = mergeReport(EMPTY_STREAM, {
    iterations: [iteration('REFERENCES', 7)],
    logLines: [{ sequence: 3, level: 'info', message: 'hello', createdAt: '2026-03-04T12:00:00Z' }],
  });
  expect(knownSoFar(stream)).toEqual({
    afterReference: 7,
    afterVariation: null,
    afterPreview: null,
    afterLog: 3,
  });
});

test('a report of nothing changes nothing', () => {
  const stream = mergeReport(EMPTY_STREAM, { iterations: [iteration('REFERENCES', 1)] });
  expect(mergeReport(stream, {}).iterations).toBe(stream.iterations);
});
