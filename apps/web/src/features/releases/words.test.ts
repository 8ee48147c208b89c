import { expect, test } from 'vitest';
import { anchorOf } from './words.ts';

test('a subject leads to what it names, and to nothing where the page does not know it', () => {
  expect(anchorOf('check:LEAKAGE')).toEqual({ kind: 'check', check: 'LEAKAGE' });
  expect(anchorOf('datasheet:2')).toEqual({ kind: 'datasheet', index: 2 });
  expect(anchorOf('sample:U2FtcGxlOjE6Mg==')).toEqual({ kind: 'sample', id: 'U2FtcGxlOjE6Mg==' });
  for (const subject of [
    null,
    '',
    'check:toString',
    'check:',
    'datasheet:x',
    'sample:',
    'elsewhere:1',
  ])
    expect(anchorOf(subject)).toEqual({ kind: 'none' });
});
