import { expect, test } from 'vitest';

import { wantedBytes } from './byte-range.ts';

const FILE = { etag: '"abc"', sizeBytes: 1000 };
const part = (offset: number, length: number) => ({ kind: 'part', range: { offset, length } });

test('a single range of bytes is read as the standard says, and what is none means the whole', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['bytes=0-499', part(0, 500)],
    ['bytes=500-', part(500, 500)],
    ['bytes=-1', part(999, 1)],
    ['bytes=-5000', part(0, 1000)],
    ['bytes=999-999', part(999, 1)],
    ['bytes=990-5000', part(990, 10)],
    ['bytes=1000-', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    ['bytes=5-4', { kind: 'whole' }],
    ['bytes=0-1,5-6', { kind: 'whole' }],
    ['items=0-1', { kind: 'whole' }],
    ['bytes=a-b', { kind: 'whole' }],
    [`bytes=${'9'.repeat(30)}-`, { kind: 'whole' }],
  ];
  for (const [range, wanted] of cases) expect(wantedBytes({ range }, FILE)).toEqual(wanted);
  expect(wantedBytes({}, FILE)).toEqual({ kind: 'whole' });
  expect(wantedBytes({ range: 'bytes=0-0' }, { ...FILE, sizeBytes: 0 })).toEqual({
    kind: 'unsatisfiable',
  });
});

test('conditions are kept: the same file is not sent again, another one is not continued', () => {
  const range = 'bytes=5-';
  expect(wantedBytes({ range, 'if-range': '"abc"' }, FILE)).toEqual(part(5, 995));
  expect(wantedBytes({ range, 'if-range': '"abd"' }, FILE)).toEqual({ kind: 'whole' });
  expect(wantedBytes({ range, 'if-range': 'Sat, 28 Nov 2026 12:00:00 GMT' }, FILE)).toEqual({
    kind: 'whole',
  });
  expect(wantedBytes({ 'if-none-match': '"x", "abc"' }, FILE)).toEqual({ kind: 'unchanged' });
  expect(wantedBytes({ 'if-none-match': '"x"' }, FILE)).toEqual({ kind: 'whole' });
});
