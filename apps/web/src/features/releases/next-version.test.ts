import { expect, test } from 'vitest';
import { nextVersion } from './next-version.ts';

test('the version after another one is its next minor one, and a foretaste is followed by what it was one of', () => {
  expect(['1.4.2', '2.0.0-beta.1', '0.9.9', null, 'one'].map(nextVersion)).toEqual([
    '1.5.0',
    '2.0.0',
    '0.10.0',
    '1.0.0',
    '1.0.0',
  ]);
});
