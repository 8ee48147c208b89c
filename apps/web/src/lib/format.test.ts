import { describe, expect, test } from 'vitest';
import {
  formatAbout,
  formatAgo,
  formatBytes,
  formatCounted,
  formatDegrees,
  formatDuration,
  formatFigure,
  formatRadians,
  formatShare,
  formatSigned,
  formatTimeLeft,
  shortDigest,
  slugify,
} from './format.ts';

describe('formatShare', () => {
  test('never calls almost all all, nor a little nothing', () => {
    expect(formatShare(0.999_96)).toBe('99.99 %');
    expect(formatShare(1)).toBe('100 %');
    expect(formatShare(0.000_01)).toBe('< 0.1 %');
    expect(formatShare(0)).toBe('0 %');
    expect(formatShare(0.7142)).toBe('71.4 %');
  });

  test('shows a dash for what is not there', () => {
    expect(formatShare(null)).toBe('–');
    expect(formatShare(Number.NaN)).toBe('–');
  });
});

describe('durations', () => {
  test('are said in the two largest units', () => {
    expect(formatDuration(0.62)).toBe('0.6 s');
    expect(formatDuration(0.01)).toBe('under 0.1 s');
    expect(formatDuration(61.4)).toBe('1 min 1 s');
    expect(formatDuration(7500)).toBe('2 h 5 min');
    expect(formatDuration(3 * 86_400)).toBe('3 d');
    expect(formatDuration(-1)).toBe('–');
  });

  test('of what is to come are no finer than they can be known', () => {
    expect(formatAbout(2)).toBe('about 5 s');
    expect(formatAbout(481)).toBe('about 8 min');
    expect(formatAbout(7430)).toBe('about 2 h 5 min');
  });

  test('left are no finer than they can be known', () => {
    expect(formatTimeLeft(2)).toBe('a few seconds left');
    expect(formatTimeLeft(41)).toBe('about 45 s left');
    expect(formatTimeLeft(130)).toBe('about 2 min left');
    expect(formatTimeLeft(null)).toBe('estimating the time left');
  });
});

test('angles are written in radians and in degrees', () => {
  expect(formatRadians(1.0359, 3)).toBe('1.036');
  expect(formatDegrees(Math.PI / 3)).toBe('60.0°');
});

test('counts agree with their noun', () => {
  expect(formatCounted(1, 'identity', 'identities')).toBe('1 identity');
  expect(formatCounted(12_400, 'image', 'images')).toBe('12,400 images');
});

test('sizes and small figures stay readable', () => {
  expect(formatBytes(4300)).toBe('4.3 kB');
  expect(formatBytes(38_200_000)).toBe('38 MB');
  expect(formatFigure(0.000_12)).toBe('1.20e-4');
  expect(formatFigure(9.2345)).toBe('9.23');
});

test('moments are told by how long ago they were', () => {
  const now = new Date('2026-03-04T12:00:00Z');
  expect(formatAgo('2026-03-04T11:59:40Z', now)).toBe('just now');
  expect(formatAgo('2026-03-04T11:55:00Z', now)).toBe('5 min ago');
  expect(formatAgo('2026-03-03T11:00:00Z', now)).toBe('yesterday');
});

test('digests lose their prefix, titles become addresses', () => {
  expect(shortDigest('sha256:9f3a7c1e2b')).toBe('9f3a7c1e');
  expect(slugify('  Étude Nº 3 — Faces! ')).toBe('etude-no-3-faces');
});

test('a figure with a sign has a minus of its width, and nothing has none', () => {
  expect(formatSigned(0.468, 2)).toBe('+0.47');
  expect(formatSigned(-1.5, 2)).toBe('−1.50');
  expect(formatSigned(-0.001, 2)).toBe('0.00');
});
