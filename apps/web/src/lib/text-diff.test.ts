import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffTexts, shortenPieces, type TextPiece } from './text-diff.ts';

const joined = (pieces: readonly TextPiece[], without: TextPiece['kind']) =>
  pieces.flatMap(({ kind, text }) => (kind === without ? [] : text)).join('');

test('says which words went and which came', () => {
  expect(
    diffTexts('Use it for research, and tell us.', 'Use it for teaching, and tell us.'),
  ).toEqual([
    { kind: 'kept', text: 'Use it for ' },
    { kind: 'removed', text: 'research' },
    { kind: 'added', text: 'teaching' },
    { kind: 'kept', text: ', and tell us.' },
  ]);
  expect(diffTexts('', 'New.')).toEqual([{ kind: 'added', text: 'New.' }]);
  expect(diffTexts('Old.', '')).toEqual([{ kind: 'removed', text: 'Old.' }]);
});

test('shows two sentences whole that share words by chance only', () => {
  const before = '2 identities have another within 0.1 rad, which is one face to the recogniser.';
  const after = 'No two of 256 images have the same bytes, and no two are nearer than 0.1 rad.';
  expect(diffTexts(before, after)).toEqual([
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ]);
});

const anyText = fc
  .array(fc.constantFrom('face', 'a', 'the', '.', ',', ' ', '\n', '  ', 'ß', '顔', '😀', 'e\u0301'))
  .map((words) => words.join(''));

test('loses nothing of either text, spaces and lines included', () => {
  fc.assert(
    fc.property(anyText, anyText, (before, after) => {
      const pieces = diffTexts(before, after);
      expect(joined(pieces, 'added')).toBe(before);
      expect(joined(pieces, 'removed')).toBe(after);
    }),
  );
});

test('shows two texts whole that have little in common', () => {
  const text = (word: string) =>
    Array.from({ length: 3000 }, (_, at) => `${word}${String(at)}`).join(' ');
  expect(diffTexts(text('a'), text('b'))).toEqual([
    { kind: 'removed', text: text('a') },
    { kind: 'added', text: text('b') },
  ]);
});

test('leaves out what stayed, but not beside a change, and never of what changed', () => {
  const long = 'word '.repeat(200);
  const [start, removed, added, end] = shortenPieces([
    { kind: 'kept', text: `${long}near` },
    { kind: 'removed', text: long },
    { kind: 'added', text: long },
    { kind: 'kept', text: `close${long}` },
  ]);
  expect(start?.text).toMatch(/^ … word .*near$/);
  expect(start?.text.length).toBeLessThan(130);
  expect([removed?.text, added?.text]).toEqual([long, long]);
  expect(end?.text).toMatch(/^close.* word … $/);
  expect(shortenPieces([{ kind: 'kept', text: 'Short.' }])).toEqual([
    { kind: 'kept', text: 'Short.' },
  ]);
});
