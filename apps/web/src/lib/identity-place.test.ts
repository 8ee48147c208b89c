import { expect, test } from 'vitest';
import { longName, readPlace, shortName, writePlace } from './identity-place.ts';

const place = { runNumber: 3, ordinal: 42 };

test('an address names an identity by its run and its number, and reads back as the same', () => {
  expect(writePlace(place)).toBe('r3-42');
  expect(readPlace('r3-42')).toEqual(place);
});

test('an address from before names the number alone', () => {
  expect(readPlace('42')).toEqual({ runNumber: null, ordinal: 42 });
});

test.each(['', 'r3', 'r-42', '3-42', 'r3-', '-1', '4.2', 'r3-42-1', '2147483648', 'r9999999999-1'])(
  "'%s' names nobody",
  (text) => {
    expect(readPlace(text)).toBeNull();
  },
);

test('the run is said only where there are several', () => {
  const identity = { ...place, name: 'identity-000042' };
  expect([shortName(identity, false), shortName(identity, true)]).toEqual(['42', 'r3-42']);
  expect([longName(identity, false), longName(identity, true)]).toEqual([
    'identity-000042',
    'identity-000042 of run 3',
  ]);
});
