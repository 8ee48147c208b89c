import { expect, test } from 'vitest';
import {
  readBudget,
  readDuplicates,
  readLeakage,
  readLeaveOut,
  readMark,
  withoutIdentities,
} from './evidence.ts';

test('the budget’s evidence becomes amounts, an angle against its limit, and pairs of faces', () => {
  const of = { run: 1, identity: 3 };
  const nearest = { run: 1, identity: 5 };
  const found = readBudget({
    separation: 1,
    budgets: [
      { of: 'dataset', maxIdentities: 20, usedIdentities: 8, maxSamples: 200, usedSamples: 24 },
    ],
    recognisers: [
      {
        recogniser: 'head@1',
        smallest: 0.9,
        closest: [
          { of, nearest, theta: 0.9 },
          { of: nearest, nearest: of, theta: 0.9 },
          { theta: 1 },
        ],
      },
      { recogniser: 'other@1', smallest: null },
    ],
  });
  expect(found.amounts).toEqual([
    { label: 'Dataset, identities', used: 8, limit: 20 },
    { label: 'Dataset, images', used: 24, limit: 200 },
  ]);
  expect(found.angles).toEqual([{ label: 'Smallest θ, by head@1', found: 0.9, limit: 1 }]);
  expect(found.closest).toEqual([
    { face: { ...of, sample: 0 }, other: { ...nearest, sample: 0 }, theta: 0.9 },
  ]);
});

test('samples that evidence names in words become faces', () => {
  const named = ['run 2, identity 7, sample 1', 'nobody', null];
  const place = { run: 2, identity: 7, sample: 1 };
  expect(readMark({ images: 9, without: 3, unmarked: named }).unmarked).toEqual([place]);
  expect(readDuplicates({ sameBytes: { surplus: 1, groups: [named] } }).groups).toEqual([[place]]);
});

test('a query leaves out whom the check named, run by run', () => {
  const set = (run: number, ...identities: readonly number[]) => ({
    leaveOut: identities.map((identity) => ({ run, identity })),
  });
  const one = readLeaveOut({ recognisers: [set(1, 3, 5)] });
  expect(withoutIdentities(one)).toEqual({
    where: { not: { identity: { runs: [1], ordinals: [3, 5] } } },
  });
  const two = readLeaveOut({ recognisers: [set(1, 3), set(4, 3), { leaveOut: null }] });
  expect(withoutIdentities(two)).toEqual({
    where: {
      not: {
        or: [
          { identity: { runs: [1], ordinals: [3] } },
          { identity: { runs: [4], ordinals: [3] } },
        ],
      },
    },
  });
});

test('a gallery that could not be compared has a problem and no figures', () => {
  const [found] = readLeakage({ galleries: [{ gallery: 'x@1', problem: 'Why.', found: null }] });
  expect(found).toEqual({ gallery: 'x@1', problem: 'Why.', found: null });
});

test.each([null, undefined, 7, [], { budgets: 1, sameBytes: [], galleries: {} }])(
  'evidence of another form is nothing: %j',
  (json) => {
    expect(readBudget(json)).toEqual({ amounts: [], angles: [], closest: [] });
    expect(readLeaveOut(json)).toEqual([]);
    expect(readDuplicates(json).groups).toEqual([]);
    expect(readLeakage(json)).toEqual([]);
  },
);
