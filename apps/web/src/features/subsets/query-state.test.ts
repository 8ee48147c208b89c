import { describe, expect, test } from 'vitest';
import {
  EVERYTHING,
  fromQuery,
  problemsOf,
  type QueryState,
  readAddress,
  toQuery,
  writeAddress,
} from './query-state.ts';

const STATE: QueryState = {
  ...EVERYTHING,
  kind: 'VARIATION',
  theta: { min: 0.1, max: null },
  quality: { min: null, max: 0.9 },
  nearest: { min: 1.1, max: 1.5 },
  ordinal: { min: 1, max: 3 },
  only: [
    { runNumber: null, ordinal: 0 },
    { runNumber: null, ordinal: 7 },
  ],
  covariates: [{ name: 'pose:left/right', min: -1, max: 0.5 }],
  perIdentity: 2,
  seed: 0,
  order: 'RANDOM',
  further: '{ "not": { "kind": "REFERENCE" } }',
};

describe('the controls of a query', () => {
  test('come back from their address as they were', () => {
    expect(readAddress(writeAddress(STATE))).toEqual({ state: STATE, problems: [] });
    expect(writeAddress(EVERYTHING)).toBe('');
    expect(readAddress('')).toEqual({ state: EVERYTHING, problems: [] });
  });

  test('say the query that GraphQL takes, and are found again in it', () => {
    const query = toQuery(STATE);
    expect(query).toEqual({
      where: {
        kind: 'VARIATION',
        distanceToReference: { min: 0.1 },
        quality: { max: 0.9 },
        ordinal: { min: 1, max: 3 },
        identityOrdinals: [0, 7],
        covariates: [{ name: 'pose:left/right', range: { min: -1, max: 0.5 } }],
        identity: { nearestDistance: { min: 1.1, max: 1.5 } },
        and: [{ not: { kind: 'REFERENCE' } }],
      },
      perIdentity: 2,
      seed: 0,
    });
    expect(toQuery(fromQuery(query))).toEqual(query);
    expect(toQuery(EVERYTHING)).toEqual({});
  });

  test('name chosen identities by their runs where a version holds several', () => {
    const only = ['r1-0', 'r3-7', 'r1-4'].map((each) => {
      const [run = 0, ordinal = 0] = each.slice(1).split('-').map(Number);
      return { runNumber: run, ordinal };
    });
    const state: QueryState = { ...EVERYTHING, only, further: '{ "kind": "REFERENCE" }' };
    expect(writeAddress({ ...state, further: '' })).toBe('only=r1-0%2Cr3-7%2Cr1-4');
    expect(readAddress(writeAddress(state)).state).toEqual(state);
    const choice = {
      or: [
        { identity: { runs: [1], ordinals: [0, 4] } },
        { identity: { runs: [3], ordinals: [7] } },
      ],
    };
    const query = { where: { and: [choice, { kind: 'REFERENCE' }] } };
    expect(toQuery(state)).toEqual(query);
    expect(toQuery(fromQuery(query))).toEqual(query);
    expect(fromQuery(query).only).toHaveLength(3);
    const ofOne = { where: { and: [{ identity: { runs: [3], ordinals: [7] } }] } };
    expect(fromQuery(ofOne).only).toEqual([{ runNumber: 3, ordinal: 7 }]);
    expect(toQuery(fromQuery(ofOne))).toEqual(ofOne);
  });

  test.each([
    { or: [{ identity: { runs: [1, 2], ordinals: [0] } }] },
    { or: [{ identity: { runs: [1], ordinals: [0], ordinal: { min: 1 } } }] },
    { identity: { runs: [1] } },
    { identity: { runs: [1], ordinals: [0] }, kind: 'REFERENCE' },
  ])('take nothing for chosen identities that says more or less: %o', (condition) => {
    const query = { where: { and: [condition] } };
    expect(fromQuery(query).only).toEqual([]);
    expect(toQuery(fromQuery(query))).toEqual(query);
  });

  test('keep what no control shows of a query that was written by hand', () => {
    const where = { or: [{ kind: 'REFERENCE' }], identity: { runs: [2], ordinal: { max: 9 } } };
    const state = fromQuery({ where, limit: 5 });
    expect(state).toMatchObject({ identity: { min: null, max: 9 }, limit: 5 });
    expect(toQuery(state)).toEqual({
      where: {
        identity: { ordinal: { max: 9 } },
        and: [{ and: [{ or: [{ kind: 'REFERENCE' }] }, { identity: { runs: [2] } }] }],
      },
      limit: 5,
    });
  });

  test.each([
    ['theta=abc', "'theta' is 'abc', and a range such as 0.1..0.5 was expected"],
    ['theta=0.1..x', 'a range such as'],
    ['theta=-..1', 'a range such as'],
    ['kind=dog', "'kind' is 'dog', and reference or variation was expected"],
    ['limit=1e9', 'a whole number'],
    ['only=1,two', 'a list of whole numbers'],
    ['covariate=smile', 'a name and a range'],
    ['order=__proto__', 'ordinal or'],
  ])('are left out, and said, where the address has %s', (address, sentence) => {
    const { state, problems } = readAddress(address);
    expect(state).toEqual(EVERYTHING);
    expect(problems).toEqual([expect.stringContaining(sentence)]);
  });

  test.each([
    [{ theta: { min: 1, max: 0.5 } }, 'theta', 'put the smaller number first'],
    [{ ordinal: { min: 0.5, max: null } }, 'ordinal', 'whole numbers'],
    [{ limit: 0 }, 'limit', 'from 1'],
    [{ seed: 2 ** 40 }, 'seed', 'whole number'],
    [{ further: '[1]' }, 'further', 'JSON object'],
    [{ covariates: [{ name: 'smile', min: 2, max: 1 }] }, 'covariate:smile', 'smaller number'],
  ])('are refused before anything is sent: %o', (wrong, control, sentence) => {
    expect(problemsOf({ ...EVERYTHING, ...wrong })).toEqual({
      [control]: expect.stringContaining(sentence),
    });
  });
});
