/** @file Logs that are put aside when they are full. */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { RotatingLog } from './rotating-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(chunks: readonly string[], keptFiles = 2, mostBytes = 20): Promise<void> {
  const log = new RotatingLog({ file: join(folder, 'a.log'), mostBytes, keptFiles });
  for (const chunk of chunks) log.write(chunk);
  log.end();
  await finished(log);
}

const names = async () => (await readdir(folder)).toSorted();
const text = (name: string) => readFile(join(folder, name), 'utf8');
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}...\n`);

test('a full file is put aside, and only so many older ones are kept', async () => {
  await write(lines(1, 7));
  expect(await names()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
  expect(await text('a.log')).toBe('line 7...\n');
  expect(await text('a.log.1')).toBe('line 5...\nline 6...\n');
  expect(await text('a.log.2')).toBe('line 3...\nline 4...\n');
});

test('it goes on in what is there, also where that is too large already', async () => {
  await writeFile(join(folder, 'a.log'), 'x'.repeat(40) + '\n');
  await write(['new\n']);
  expect(await text('a.log')).toBe('new\n');
  expect(await text('a.log.1')).toBe(`${'x'.repeat(40)}\n`);
});

test('no line is cut, however it comes in pieces and however long it is', async () => {
  const all = [
    'begin ',
    'and end of a long line',
    ' at last\nnext',
    ' one\n',
    'z'.repeat(50),
    '\n',
  ];
  await write(all, 5);
  const found: string[] = [];
  for (const name of (await names()).toReversed()) found.push(await text(name));
  expect(found.every((part) => part.endsWith('\n'))).toBe(true);
  expect(found.join('')).toBe(all.join(''));
});

test('a file that nothing is written to is not put aside', async () => {
  await write(['x'.repeat(30) + '\n']);
  expect(await names()).toEqual(['a.log']);
});

test('a folder that cannot be written is an error', async () => {
  const log = new RotatingLog({ file: join(folder, 'no', 'a.log'), mostBytes: 10, keptFiles: 1 });
  await expect(finished(log)).rejects.toMatchObject({ code: 'ENOENT' });
});
