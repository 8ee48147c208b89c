import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packFolder } from './pack-folder.ts';

const run = promisify(execFile);

test('the system tar unpacks a folder to the same files, whatever they are called', async () => {
  const contents = new Map([
    ['ada/1.png', 'one'],
    [`${'long-'.repeat(40)}/2.png`, 'x'.repeat(513)],
    ['zoë 李/3.png', 'y'.repeat(512)],
    ['ada/empty.png', ''],
  ]);
  const files = [...contents].map(([path, text]) => ({ path, file: new File([text], 'any') }));
  const [tar, ...others] = packFolder(files);
  expect(others).toEqual([]);
  const folder = await mkdtemp(join(tmpdir(), 'colloid-pack-'));
  try {
    const path = join(folder, 'folder.tar');
    await writeFile(path, new Uint8Array((await tar?.arrayBuffer()) ?? new ArrayBuffer()));
    await run('tar', ['-xf', path, '-C', folder]);
    for (const [name, text] of contents) {
      expect(await readFile(join(folder, name), 'utf8')).toBe(text);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
