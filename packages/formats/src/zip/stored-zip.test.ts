import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { isFormatError } from '../errors.ts';
import { openZip } from './open-zip.ts';
import {
  centralZipHeader,
  centralZipHeaderBytes,
  localZipHeader,
  localZipHeaderBytes,
  type StoredZipFile,
  zipEnd,
} from './stored-zip.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-stored-'));
});
afterAll(() => rm(folder, { recursive: true }));

const LIMITS = { mostFiles: 200_000, mostBytesPerFile: 1000 };

/** An archive of small contents. */
function archiveOf(contents: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const [name, bytes] of contents) {
    const file: StoredZipFile = { name, sizeBytes: bytes.byteLength, crc32: crc32(bytes) };
    parts.push(localZipHeader(file), bytes);
    central.push(centralZipHeader(file, offset));
    offset += localZipHeaderBytes(name) + bytes.byteLength;
  }
  const directory = Buffer.concat(central);
  const end = zipEnd({
    files: contents.size,
    directoryOffset: offset,
    directoryBytes: directory.byteLength,
  });
  return Buffer.concat([...parts, directory, end]);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('an archive laid out from names, sizes and CRC-32s', () => {
  const contents = new Map([
    ['README.md', text('# Faces')],
    ['000000/000.webp', text('a')],
    ['000000/001.webp', text('')],
    ['000001/000.webp', new Uint8Array(900).fill(7)],
  ]);

  test('is read by yauzl, and by the zipfile of Python with every CRC-32 right', async () => {
    const path = join(folder, 'small.zip');
    await writeFile(path, archiveOf(contents));
    const archive = await openZip(path, LIMITS);
    expect(archive.names).toEqual([...contents.keys()]);
    for (const [name, bytes] of contents)
      expect(Buffer.from(await archive.read(name))).toEqual(Buffer.from(bytes));
    archive.close();
    expect(await independently(path)).toBe(contents.size);
  });

  test('has ZIP64 records with 65 535 files or more', async () => {
    const many = new Map(Array.from({ length: 65_535 }, (_, n) => [`${n}.txt`, text(String(n))]));
    const path = join(folder, 'many.zip');
    await writeFile(path, archiveOf(many));
    expect(await independently(path)).toBe(65_535);
  });

  test('has ZIP64 offsets beyond 4 GiB', async () => {
    // A sparse file: the first content is a hole of 4 GiB less some bytes, so that the next header is far.
    const hole = 2 ** 32 - 2;
    const near: StoredZipFile = { name: 'hole.bin', sizeBytes: hole, crc32: 0 };
    const far: StoredZipFile = { name: 'far.txt', sizeBytes: 3, crc32: crc32('far') };
    const farAt = localZipHeaderBytes(near.name) + hole;
    const directoryOffset = farAt + localZipHeaderBytes(far.name) + far.sizeBytes;
    const central = Buffer.concat([centralZipHeader(near, 0), centralZipHeader(far, farAt)]);
    expect(central.byteLength).toBe(
      centralZipHeaderBytes(near.name, 0) + centralZipHeaderBytes(far.name, farAt),
    );
    const tail = Buffer.concat([
      localZipHeader(far),
      text('far'),
      central,
      zipEnd({ files: 2, directoryOffset, directoryBytes: central.byteLength }),
    ]);
    const path = join(folder, 'far.zip');
    const file = await open(path, 'w');
    await file.write(localZipHeader(near), 0, undefined, 0);
    await file.write(tail, 0, undefined, farAt);
    await file.close();
    const archive = await openZip(path, { ...LIMITS, mostBytesPerFile: 2 ** 33 });
    expect(archive.names).toEqual(['hole.bin', 'far.txt']);
    expect(await archive.read('far.txt')).toEqual(text('far'));
    archive.close();
  });

  test('refuses what no archive can say', () => {
    for (const file of [
      { name: '../a', sizeBytes: 1, crc32: 0 },
      { name: '/a', sizeBytes: 1, crc32: 0 },
      { name: 'a', sizeBytes: 2 ** 32, crc32: 0 },
      { name: 'a', sizeBytes: 1, crc32: -1 },
    ]) {
      let refused: unknown;
      try {
        localZipHeader(file);
      } catch (error) {
        refused = error;
      }
      expect(isFormatError(refused, 'INVALID_ARGUMENT')).toBe(true);
    }
  });
});

/** Files in the archive by a reader that is not ours, after it has checked every CRC-32; yauzl's count where there is no such reader. */
async function independently(path: string): Promise<number> {
  const script =
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(len(z.namelist()))';
  const run = promisify(execFile);
  try {
    return Number((await run('python3', ['-c', script, path])).stdout);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const archive = await openZip(path, LIMITS);
    archive.close();
    return archive.names.length;
  }
}
