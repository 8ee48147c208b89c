import { expect, test } from 'vitest';
import { identityPath, safeNext, signInPath } from './routes.ts';

test('addresses keep whatever stands in a slug', () => {
  expect(identityPath('a b', 'd/e', 3, { runNumber: 2, ordinal: 42 })).toBe(
    '/t/a%20b/d/d%2Fe/v/3/i/r2-42',
  );
});

test('sign-in leads back only into this application', () => {
  expect(safeNext('/t/lab')).toBe('/t/lab');
  expect(safeNext('//evil.example')).toBe('/');
  expect(safeNext('/\\evil.example')).toBe('/');
  expect(safeNext('https://evil.example')).toBe('/');
  expect(safeNext(null)).toBe('/');
  expect(signInPath('/t/lab?x=1')).toBe('/sign-in?next=%2Ft%2Flab%3Fx%3D1');
});
