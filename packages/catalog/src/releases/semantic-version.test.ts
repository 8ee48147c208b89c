import { expect, test } from 'vitest';

import {
  checkSemanticVersion,
  compareSemanticVersions,
  greatestVersion,
} from './semantic-version.ts';

test('versions are ordered as semver.org orders them', () => {
  // The chain of section 11 of the specification, with numbers around it.
  const inOrder = [
    '0.9.9',
    '1.0.0-1',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.9',
    '1.0.10',
    '1.2.0',
    '2.0.0-0',
    '10.0.0',
  ];
  for (const [index, version] of inOrder.entries()) {
    expect(checkSemanticVersion(version)).toBe(version);
    expect(compareSemanticVersions(version, version)).toBe(0);
    for (const later of inOrder.slice(index + 1)) {
      expect(compareSemanticVersions(version, later), `${version} < ${later}`).toBeLessThan(0);
      expect(compareSemanticVersions(later, version)).toBeGreaterThan(0);
    }
  }
  expect(greatestVersion(inOrder.toReversed())).toBe('10.0.0');
  expect(greatestVersion([])).toBeNull();
});

test('what is no version is refused by name', () => {
  const none = [
    '',
    '1',
    '1.0',
    'v1.0.0',
    '1.0.0.0',
    '01.0.0',
    '1.0.0-',
    '1.0.0-01',
    '1.0.0+build',
    '1.0.0-a..b',
    ' 1.0.0',
    `1.0.${'9'.repeat(80)}`,
  ];
  for (const text of none) {
    expect(() => checkSemanticVersion(text), text).toThrow(
      expect.objectContaining({ code: 'INVALID', path: ['semanticVersion'] }),
    );
  }
});
