import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { isFormatError } from '../errors.ts';
import { makeZip } from '../testing/make-zip.ts';
import { openZip, type ZipArchive } from './open-zip.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-zip-'));
});
afterAll(() => rm(folder, { recursive: true }));

const LIMITS = { mostFiles: 3, mostBytesPerFile: 1000 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function open(archive: Uint8Array, limits = LIMITS): Promise<ZipArchive> {
  const path = join(folder, 'a.zip');
  await writeFile(path, archive);
  return openZip(path, limits);
}

async function refusal(opening: Promise<unknown>): Promise<string> {
  const error: unknown = await opening.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(isFormatError(error, 'INVALID_ZIP')).toBe(true);
  return error instanceof Error ? error.message : '';
}

describe('an archive', () => {
  test('gives its files by name, without folders and hidden ones', async () => {
    const archive = await open(
      makeZip({
        'faces/': bytes(''),
        'faces/a.png': bytes('first'),
        'faces/b.png': bytes('second'.repeat(50)),
        '__MACOSX/faces/._a.png': bytes('?'),
        'faces/.DS_Store': bytes('?'),
      }),
    );
    expect(archive.names).toEqual(['faces/a.png', 'faces/b.png']);
    expect(await archive.read('faces/b.png')).toEqual(bytes('second'.repeat(50)));
    expect(await refusal(archive.read('faces/c.png'))).toContain("no file 'faces/c.png'");
    archive.close();
  });

  test('is refused where it is none, leads out of itself, or is beyond the limits', async () => {
    expect(await refusal(open(bytes('hello')))).toContain('no zip archive');
    expect(await refusal(open(makeZip({ '../evil.png': bytes('x') })))).toContain('no zip archive');
    expect(await refusal(open(makeZip({ 'a.png': new Uint8Array(1001) })))).toContain('1001 bytes');
    const four = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, bytes(name)]));
    expect(await refusal(open(makeZip(four)))).toContain('more than 3 files');
  });

  test('is refused where a file unpacks to more than it says', async () => {
    const archive = await open(makeZip({ 'a.png': new Uint8Array(900) }, { claimedBytes: 10 }));
    expect(await refusal(archive.read('a.png'))).toContain('damaged');
    archive.close();
  });
});
